// Version 1 of the library ships without types; this is the part that is used.
declare module "ua-parser-js" {
  export default class UAParser {
    constructor(userAgent: string);
    getBrowser(): { name: string | undefined; version: string | undefined };
    getDevice(): { type: string | undefined };
    getOS(): { name: string | undefined; version: string | undefined };
  }
}
