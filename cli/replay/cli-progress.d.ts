// The library ships without types; this is the part that is used.
declare module "cli-progress" {
  type Payload = Record<string, string | number>;
  class SingleBar {
    constructor(options: {
      format: string;
      stream?: NodeJS.WritableStream;
      barsize?: number;
    });
    start(total: number, value: number, payload: Payload): void;
    update(value: number, payload: Payload): void;
    stop(): void;
  }
  const cliProgress: { SingleBar: typeof SingleBar };
  export default cliProgress;
}
