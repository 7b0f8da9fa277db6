"use client";

import { useCallback, useEffect, useState } from "react";
import { NO_DRAFT, parseDraft, type SettingsDraft } from "@/components/settings/settings-draft";

const KEY = "gatehouse-settings-draft";

/**
 * What was touched and not saved. It outlives a look at another page and a reload; the tab is not closed over it without a
 * question.
 */
export function useSettingsDraft(hasChanges: (draft: SettingsDraft) => boolean) {
  const [draft, setDraft] = useState(NO_DRAFT);
  const [isRestored, setRestored] = useState(false);
  useEffect(() => {
    setDraft(parseDraft(sessionStorage.getItem(KEY)));
    setRestored(true);
  }, []);
  const isDirty = hasChanges(draft);
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);
  const change = useCallback((next: SettingsDraft) => {
    setDraft(next);
    setRestored(false);
    sessionStorage.setItem(KEY, JSON.stringify(next));
  }, []);
  const clear = useCallback(() => {
    setDraft(NO_DRAFT);
    setRestored(false);
    sessionStorage.removeItem(KEY);
  }, []);
  return { draft, isDirty, isRestored: isRestored && isDirty, change, clear };
}
