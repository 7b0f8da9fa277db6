import { messageOf } from "@/lib/errors";
import { build, isBuilt } from "@/services/build";

// A program of its own, so that a run which is stopped can end the build with it.
try {
  if (await isBuilt()) console.log("The build of these sources is there.");
  else await build();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
