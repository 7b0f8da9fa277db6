import { Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { controlClass } from "@/components/ui/field";

/** Finds the request whose reference a refused visitor reports. */
export function ReferenceSearch({ id }: { id: string }) {
  return (
    <form action="/requests" method="get" className="flex gap-2 max-md:w-full">
      <label htmlFor="reference" className="sr-only">
        Reference of a refusal
      </label>
      <input
        id="reference"
        name="id"
        type="search"
        required
        defaultValue={id}
        placeholder="Reference of a refusal"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        className={`${controlClass} font-mono placeholder:font-sans md:w-56`}
      />
      <Button type="submit">
        <Search className="size-4" aria-hidden="true" />
        Find
      </Button>
    </form>
  );
}
