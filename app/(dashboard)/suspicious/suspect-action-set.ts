import {
  blockSuspectsAction,
  changeSuspectsAction,
  detectSuspectsAction,
  undoSuspectsAction,
} from "@/app/(dashboard)/suspicious/suspect-actions";
import type { SuspectActions } from "@/components/suspicious/suspect-actions";

/** The server actions that the buttons about suspicious targets call. */
export const suspectActions: SuspectActions = {
  block: blockSuspectsAction,
  change: changeSuspectsAction,
  undo: undoSuspectsAction,
  detect: detectSuspectsAction,
};
