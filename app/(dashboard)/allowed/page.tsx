import type { Metadata } from "next";
import { RulesPage } from "@/app/(dashboard)/rules-page";
import { requireUser } from "@/app/session";
import type { SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Allowed IPs" };

export default async function AllowedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireUser("/allowed");
  return <RulesPage action="allow" params={await searchParams} />;
}
