import { finishBuild } from "@/services/build";

// The second half of `npm run build`; a start that builds by itself does the same.
await finishBuild();
