import { stripPlainPages } from "@/services/plain-pages";

// The second half of `npm run build`; a start that builds by itself does the same.
await stripPlainPages();
