import type { Metadata } from "next";
import { RulesPage } from "@/app/(dashboard)/rules-page";
import { rulesPath } from "@/app/(dashboard)/rules-query";
import { requireUser } from "@/app/session";
import type { SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Blocked IPs" };

export default async function BlockedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  await requireUser(rulesPath("block", params));
  return <RulesPage action="block" params={params} />;
}
