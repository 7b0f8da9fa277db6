import { clsx } from "clsx";
import { overviewSentence, type Piece } from "@/components/overview/sentence";
import { Link } from "@/components/ui/link";
import { RelativeTime } from "@/components/ui/time";
import type { Overview } from "@/db/overview";

export function OverviewSentence({ overview }: { overview: Overview }) {
  const { current, newestAt, range, to } = overview;
  return (
    <h1 className="max-w-4xl text-xl leading-8 text-pretty text-muted">
      {overviewSentence(overview).map((piece) => (
        <SentencePiece key={piece.text} piece={piece} />
      ))}
      {current.requests === 0 && newestAt && (
        <>
          {" "}
          The last one came <RelativeTime at={newestAt} now={to.getTime()} />.
          {range !== "30d" && (
            <>
              {" "}
              <Link href="/?range=30d" className="text-ink underline underline-offset-4">
                Show 30 days
              </Link>
            </>
          )}
        </>
      )}
    </h1>
  );
}

function SentencePiece({ piece: { text, isFigure, href } }: { piece: Piece }) {
  if (!href) return <span className={clsx(isFigure && "font-semibold text-ink")}>{text}</span>;
  return (
    <Link
      href={href}
      className="font-semibold whitespace-nowrap text-suspicious underline decoration-1 underline-offset-4"
    >
      {text}
    </Link>
  );
}
