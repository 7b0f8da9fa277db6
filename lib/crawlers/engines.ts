/** A search engine whose crawler can be told from its imitators by address. */
export type Engine = {
  readonly id: "google" | "bing" | "apple";
  readonly name: string;
  /** How its crawlers name themselves, lower case. */
  readonly marks: readonly string[];
  /** Where the engine publishes its addresses. */
  readonly source: string;
  /** The published ranges; ranges next to each other are joined. */
  readonly published: readonly string[];
  /**
   * Blocks that are registered to the engine's owner and from which it crawled before it published a list, or beside it:
   * a crawler from there is neither confirmed nor an impostor.
   */
  readonly own: readonly string[];
};

/**
 * What the engines publish at `source`: Google's and Bing's by way of the CC0 mirror github.com/lord-alfred/ipranges, Apple's
 * (list of 2026-02) from copies of it that agree. Google's are widened to the blocks around them that hold nothing but its
 * crawlers. `own` blocks are those of the registries. The engines change their lists a few times a year: then a crawler from
 * a new range that lies in no `own` block is taken for an impostor until the list follows.
 *
 * Engines that publish no list stand here on no account, for nobody could be told from them by address: Yandex "does not
 * disclose" its addresses, Baidu and others name reverse DNS alone. Who claims to be theirs is neither verified nor false.
 */
export const ENGINES: readonly Engine[] = [
  {
    id: "google",
    name: "Googlebot",
    // Google's fetchers for single users and its advertising robots come from other addresses.
    marks: ["googlebot"],
    source: "https://developers.google.com/static/search/apis/ipranges/googlebot.json",
    published: [
      "66.249.64.0/20",
      "192.178.4.0/22",
      "34.22.85.0/27",
      "34.64.82.64/28",
      "34.65.242.112/28",
      "34.80.50.80/28",
      "34.88.194.0/28",
      "34.89.10.80/28",
      "34.89.198.80/28",
      "34.96.162.48/28",
      "34.100.182.96/28",
      "34.101.50.144/28",
      "34.118.66.0/28",
      "34.118.254.0/28",
      "34.126.178.96/28",
      "34.146.150.144/28",
      "34.147.110.144/28",
      "34.151.74.144/28",
      "34.152.50.64/28",
      "34.154.114.144/28",
      "34.155.98.32/28",
      "34.165.18.176/28",
      "34.175.160.64/28",
      "34.176.130.16/28",
      "35.247.243.240/28",
      "2001:4860:4801::/48",
    ],
    own: [
      "64.68.80.0/21",
      "64.233.160.0/19",
      "66.102.0.0/20",
      "66.249.64.0/19",
      "72.14.192.0/18",
      "74.125.0.0/16",
      "192.178.0.0/15",
      "209.85.128.0/17",
      "216.239.32.0/19",
      "2001:4860::/32",
    ],
  },
  {
    id: "bing",
    name: "Bingbot",
    marks: ["bingbot", "msnbot", "adidxbot", "bingpreview"],
    source: "https://www.bing.com/toolbox/bingbot.json",
    published: [
      "13.66.139.0/24",
      "13.66.144.0/24",
      "13.67.10.16/28",
      "13.69.66.240/28",
      "13.71.172.224/28",
      "20.15.133.160/27",
      "20.36.108.32/28",
      "20.43.120.16/28",
      "20.74.197.0/28",
      "20.79.107.240/28",
      "20.125.163.80/28",
      "40.77.139.0/25",
      "40.77.167.0/24",
      "40.77.177.0/24",
      "40.77.178.0/23",
      "40.77.188.0/22",
      "40.77.202.0/24",
      "40.79.131.208/28",
      "40.79.186.176/28",
      "51.105.67.0/28",
      "52.167.144.0/24",
      "52.231.148.0/28",
      "65.55.210.0/24",
      "139.217.52.0/28",
      "157.55.39.0/24",
      "191.233.204.224/28",
      "199.30.24.0/23",
      "207.46.13.0/24",
    ],
    own: [
      "65.52.0.0/14",
      "131.253.21.0/24",
      "131.253.22.0/23",
      "131.253.24.0/21",
      "131.253.32.0/20",
      "157.54.0.0/15",
      "157.56.0.0/14",
      "199.30.16.0/20",
      "207.46.0.0/16",
      "207.68.128.0/18",
      "40.77.128.0/17",
    ],
  },
  {
    id: "apple",
    name: "Applebot",
    marks: ["applebot"],
    source: "https://search.developer.apple.com/applebot.json",
    published: [
      "17.22.237.0/24",
      "17.22.245.0/24",
      "17.22.253.0/24",
      "17.241.75.0/24",
      "17.241.193.160/27",
      "17.241.200.160/27",
      "17.241.208.160/27",
      "17.241.219.0/24",
      "17.241.227.0/24",
      "17.246.15.0/24",
      "17.246.19.0/24",
      "17.246.23.0/24",
    ],
    // Apple named all of it as Applebot's before it published the list.
    own: ["17.0.0.0/8"],
  },
];
