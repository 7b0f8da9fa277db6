import type { Metadata } from "next";
import { RulesPage } from "@/app/(dashboard)/rules-page";
import { requireUser } from "@/app/session";
import type { SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Blocked IPs" };

export default async function BlockedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireUser("/blocked");
  return <RulesPage action="block" params={await searchParams} />;
}
