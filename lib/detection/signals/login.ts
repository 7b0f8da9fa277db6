import type { RuleMatch, SignalFamily } from "@/lib/detection/signals/family";
import type { NormalRequest } from "@/lib/detection/signals/normal-request";

/** Names that login forms and login endpoints bear, without an extension. */
const LOGIN_NAME =
  /^(?:(?:(?:[a-z]{1,12}[-_]|user|admin|member|do|my|web|app|ajax|client|customer|account|staff|panel|check|process))?log[-_]?[io]n(?:[-_]?(?:form|check|action|process|page|flow|user|submit|up))?|(?:[a-z]{1,10}[-_]|user|admin|do)?sign[-_]?(?:in|on)|authenticate|authenticat(?:ion|or)|j_(?:acegi|spring)?_?security_check|verify[-_]?login|check[-_]?login|xmlrpc|sso|token|credentials)$/;
/** Names that mean a login only at the end of a path. */
const LOGIN_LAST = /^(?:auth|session|sessions|logincheck|login_check)$/;
const QUERY_LOGIN =
  /(?:^|&)(?:action|do|task|op|mode|act|page|route|r|view|cmd)=(?:[\w./-]{0,30})?log-?[io]n\b/;

/** The login-like thing that is posted to; `null`: it is none. */
function findLogin({ source, segments, query }: NormalRequest): RuleMatch | null {
  if (source.method !== "POST" && source.method !== "PUT") return null;
  const last = segments.length - 1;
  for (let index = Math.max(0, last - 2); index <= last; index++) {
    const name = segments[index]!.replace(/\.[a-z\d]{1,5}$/, "");
    if (LOGIN_NAME.test(name) || (index === last && LOGIN_LAST.test(name)))
      return { rule: name, evidence: segments.join("/") };
  }
  // Joomla's back end posts its login form to the front page of the administration.
  if (segments.at(last === 0 ? 0 : -2) === "administrator" && (last === 0 || segments[last] === "index.php"))
    return { rule: "administrator", evidence: segments.join("/") };
  const asked = query === "" ? null : QUERY_LOGIN.exec(query);
  return asked && { rule: "query", evidence: asked[0] };
}

export const loginAttempt: SignalFamily = { signal: "login-attempt", find: findLogin };

/** An attempt that was turned down: 401 or 403; WordPress says so with 200 and the form again. */
export const loginFailure: SignalFamily = {
  signal: "login-failure",
  find(request) {
    const { status } = request.source;
    if (status === null || (status !== 401 && status !== 403 && status !== 429 && status !== 200))
      return null;
    const login = findLogin(request);
    if (login === null) return null;
    if (status === 200) return login.rule === "wp-login" ? login : null;
    if (status === 429) return request.path.startsWith("/ip-tracking/login") ? login : null;
    return login;
  },
};
