import {
  LayoutDashboard,
  ListFilter,
  type LucideIcon,
  RefreshCw,
  ShieldAlert,
  ShieldBan,
  ShieldCheck,
  SlidersHorizontal,
} from "lucide-react";

export type Destination = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
};

export const DESTINATIONS: readonly Destination[] = [
  { href: "/", label: "Overview", icon: LayoutDashboard, key: "o" },
  { href: "/requests", label: "Requests", icon: ListFilter, key: "r" },
  { href: "/suspicious", label: "Suspicious IPs", icon: ShieldAlert, key: "i" },
  { href: "/blocked", label: "Blocked IPs", icon: ShieldBan, key: "b" },
  { href: "/allowed", label: "Allowed IPs", icon: ShieldCheck, key: "a" },
  { href: "/jobs", label: "Jobs", icon: RefreshCw, key: "j" },
  { href: "/settings", label: "Settings", icon: SlidersHorizontal, key: "s" },
];

export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
