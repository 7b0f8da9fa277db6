"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";

/** Holds a place, and puts into it what is heavy only when it comes near the window. */
export function WhenSeen({
  placeholder,
  children,
  className,
}: {
  placeholder: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setSeen(true);
        observer.disconnect();
      },
      { rootMargin: "200px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className={className}>
      {isSeen ? children : placeholder}
    </div>
  );
}
