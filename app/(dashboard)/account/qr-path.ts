import { encode } from "uqr";
import type { QrPath } from "@/components/account/account-actions";

/** White modules around the code, as the standard wants (ISO/IEC 18004). */
const BORDER = 4;

/** The QR code of a text, for an inline SVG: no image that a content security policy would have to allow. */
export function qrPath(text: string): QrPath {
  const { size, data } = encode(text, { ecc: "M", border: BORDER });
  let path = "";
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  }
  return { size, path };
}
