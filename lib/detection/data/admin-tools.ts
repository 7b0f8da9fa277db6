/**
 * Administration tools and consoles, by the name of a folder or file. From the tools' own manuals and their packages'
 * default paths. Lower-case.
 */

/** Database administrators, under the names that they are unpacked to: nobody but their owner has business there. */
export const DATABASE_TOOLS =
  /^(?:(?:[a-z\d]{1,8}[-_]?)?(?:php)?[-_]?(?:my|pg)[-_]?(?:sql)?[-_]?admin(?:s|istrator)?[\w.-]{0,24}|phpma|pma[-_]?(?:\d{0,4}|old|new|db|admin)|(?:my)?sql[-_]?(?:admin|manager|db|web|buddy)|mysqldumper|adminer(?:[-_.][\w.-]{1,24})?|db[-_]?(?:admin|web|manager)|dbadmin\.php|php(?:lite|redis|ldap|mongo)[-_]?admin(?:\.php)?|rockmongo|mongo-express|websql|webdb|myadminscripts)$/;

/** Consoles and installers of servers. */
export const CONSOLES = new Set(
  (
    "jmx-console web-console admin-console host-manager axis2-admin jolokia hawtio whm-server-status " +
    "plesk-stat openserver fantastico phpmanager supervisord usermin virtualmin ldapadmin"
  ).split(" "),
);

/** Software by name, which a site may have for its own people: only where it does not serve it is a request a probe. */
export const OWN_PLACES = new Set(
  (
    "wp-login.php wp-admin wp-signup.php xmlrpc.php administrator typo3 bitrix roundcube owa ecp rdweb admincp modcp " +
    "bb-admin otrs glpi munin nagios zabbix cacti jenkins hudson kibana solr airflow sonarqube portainer rundeck netdata " +
    "cpanel whm directadmin ispconfig vestacp froxlor ajenti webmin druid nacos couchdb _utils tomcat xampp wamp fckeditor " +
    "wlwmanifest.xml setup.php install.php phpminiadmin.php admin.php xxl-job-admin h2-console"
  ).split(" "),
);

/** Names that any site may give to a place of its own, and debugging pages: only what is known to be a miss counts. */
export const PLAIN_PLACES = new Set(
  (
    "webmail backoffice back-office controlpanel control-panel admin-login admin_login adminlogin adminpanel admin_panel " +
    "admin_area adminarea siteadmin webadmin sysadmin superadmin maint supervisor traefik webdav actuator telescope " +
    "__clockwork _tracy _wdt __debug__ log-viewer"
  ).split(" "),
);

/** The same for places that it takes more than one name, or the top of the site, to tell. */
export const PLAIN_PATHS =
  /^\/+(?:manager\/(?:html|text|status|jmxproxy)|console(?:\/login|\/?$)|server\/(?:status|info)$|admin\.(?:php\d?|asp|aspx|jsp|cgi|html?|cfm|pl)$|admin\/(?:index|login|config|upload|controller|db|sqladmin|web|filemanager)(?:\.\w{2,4})?(?:$|\/)|_search$|_cat\/|_nodes|_cluster\/|_aliases|_stats$|login\.(?:action|do|cgi|cfm|jsp|asp|aspx|html?)$|cgi-bin\/|cgi-sys\/|ui\/login|portal\/(?:login|redlion)|remote\/login|vpn\/index|cluster\/cluster|dashboard\/login|api\/(?:swagger|session\/properties)|swagger(?:-ui)?(?:\.html|\/|$)|v[23]\/api-docs|debug\/|trace$|dump$|webui\/?$|level\/\d)|^\/login$/;
