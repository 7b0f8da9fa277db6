/**
 * Files that a site holds and never links to: settings with passwords, keys, version control, dumps, shells' histories.
 * Written from the manuals of the programs that make them and from OWASP WSTG-CONF-04. Lower-case.
 */

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Whole names of a file or folder, anywhere in a path. */
export const SENSITIVE_NAMES: ReadonlySet<string> = words(`
  .git .gitignore .gitconfig .gitmodules .gitattributes .git-credentials .gitlab-ci.yml .svn .hg .hgignore
  .bzr cvs .ds_store .idea .vscode .project .settings .sublime-project sftp-config.json .ftpconfig
  .remote-sync.json sftp.json .ftpquota .travis.yml .circleci .drone.yml .github jenkinsfile .jenkins
  bitbucket-pipelines.yml cloudbuild.yaml
  .aws .ssh .azure .gcloud .kube .docker .dockercfg .dockerenv .boto .s3cfg .npmrc .yarnrc .pypirc .netrc
  _netrc .pgpass .my.cnf .mysql_history .psql_history .bash_history .bashrc .bash_profile .bash_logout
  .zsh_history .zshrc .sh_history .profile .history .viminfo .python_history .rediscli_history .htpasswd
  .htaccess .htdigest .passwd id_rsa id_rsa.pub id_dsa id_ecdsa id_ed25519 authorized_keys known_hosts
  server.key privatekey.key private.key privkey.pem private.pem credentials credentials.json
  credentials.yml credentials.txt secrets.json secrets.yml secrets.yaml secret.json .secret .secrets
  service-account.json serviceaccountkey.json client_secret.json gcp-credentials.json passwords.txt
  password.txt passwd.txt passwd shadow .credentials aws.json aws-credentials aws.yml keys.json
  user_secrets.yml master.key .terraform terraform.tfstate terraform.tfstate.backup terraform.tfvars
  .vault-token .vault_pass kubeconfig
  wp-config.php wp-config wp-config-sample.php wp-config.inc localsettings.php configuration.php local.xml
  settings.php database.yml database.php db.php parameters.yml parameters.yaml config.inc.php config.php
  config.inc db.inc db.ini dbconfig.php db_config.php connect.inc web.config appsettings.json
  appsettings.development.json appsettings.production.json application.properties application.yml
  application-prod.yml bootstrap.yml web.xml global.asa global.asax machine.config
  connectionstrings.config docker-compose.yml docker-compose.yaml docker-compose.prod.yml compose.yml
  dockerfile vagrantfile .dockerignore ansible.cfg serverless.yml serverless.yaml procfile firebase.json
  .firebaserc amplify.yml wrangler.toml netlify.toml composer.json composer.lock package-lock.json
  yarn.lock gemfile.lock pipfile.lock auth.json installed.json php.ini .user.ini my.ini nginx.conf
  httpd.conf apache2.conf php-fpm.conf web-inf meta-inf sendgrid.env mailer.env local.settings.json
  phpinfo phpinfo.php phpinfo.php3 phpinfo.php5 info.php infos.php php-info.php php_info.php
  phpversion.php pinfo.php _phpinfo.php test_phpinfo.php old_phpinfo.php linusadmin-phpinfo.php
  server-status server-info nginx_status status.php.bak _profiler app_dev.php app_test.php
  frontend_dev.php debugbar elmah.axd trace.axd errorlog.axd _debugbar debug.log laravel.log
  error_log php_errors.log php_error.log npm-debug.log storage.log dev.log prod.log production.log
  development.log wp-debug.log dump.sql backup.sql database.sql db.sql mysql.sql db.sqlite db.sqlite3
  database.sqlite data.db users.db filezilla.xml sitemanager.xml recentservers.xml winscp.ini ws_ftp.ini
  ws_ftp.log thumbs.db desktop.ini dbdump actuator.env heapdump
`);

/** Beginnings and shapes of a name. */
export const SENSITIVE_SHAPES: readonly RegExp[] = [
  // .env, .env.local, .env.bak, prod.env, env.js is none.
  /^\.env(?:$|[._~-]|\d)/,
  /^\.?[\w-]{1,30}\.env(?:\.(?:bak|old|save|local|prod\w*|dev\w*|backup|example|txt))?$/,
  /^env\.(?:bak|old|save|backup|local|prod|txt)$/,
  // Settings that were put aside under a name that the server sends as text.
  /^(?:wp-config|config(?:uration)?|settings|localsettings|database|db|index|web|connect(?:ion)?|parameters|local|global|constants|functions|init|main|login)[\w.-]{0,12}(?:~|\.(?:bak|backup|old|orig|original|save|saved|swp|swo|tmp|temp|txt|copy|dist|sample|inc|new|1|2|zip|gz|tar))\d?$/,
  /\.(?:php\d?|aspx?|jsp|py|rb|pl|cgi|ya?ml|ini|conf|cfg|env|json|xml|config|properties|htaccess|htpasswd)(?:~|\.(?:bak\d?|backup|old|orig|save|swp|swo|copy|dist))$/,
  /^\.[\w.-]{1,40}\.sw[op]$/,
  /\.(?:sql|sqlite3?|mdb|dump|bak|bkp|kdbx?|pfx|p12|ppk|jks|keystore|ovpn|tfstate|tfvars|pgdump)$/,
  /\.(?:sql|dump|bak|mysql|pgsql)\.(?:gz|zip|bz2|tgz|xz|7z|rar|tar|tar\.gz|z)$/,
  /^ht(?:passwd|access)(?:[._-]\w+)?$/,
  /^\.ht\w{2,}/,
];

/** Copies of an ordinary page that a site may well keep on purpose. */
export const DOUBTFUL_COPY =
  /^(?:index|web|login|main|init|functions|global|constants|connect(?:ion)?)[\w.-]{0,12}(?:~|\.(?:bak|backup|old|orig|original|saved?|te?mp|txt|copy|dist|sample|inc|new|1|2))\d?$/;

/** Archives that hold a whole site, by their stem, at the top of the site or one folder below. */
export const ARCHIVE =
  /^(?:(?:full|site|web|www|db|sql|mysql|data|database|latest|new|old|prod\w*|dev|test|my|html|htdocs|public)?[._-]?(?:back-?up|bak|bkp|dump|old|archive|release|htdocs|public_html|public|wwwroot|webroot|www|web|website|site|sites|html|httpdocs|source|src|code|db|sql|mysql|database|data|wordpress|wp-content|joomla|drupal|laravel|app|api|admin|root|home|upload|files|1|2|123|a|test)(?:s|[._-]?\d{0,8}|[._-](?:old|new|bak|final|full|backup))?)\.(?:zip|rar|7z|tar|tgz|gz|bz2|xz|tar\.(?:gz|bz2|xz)|war)$/;

/** Served, these are ordinary: a site that has them means them to be read. Only what is known to be a miss counts. */
export const MISSING_ONLY: ReadonlySet<string> = words(`
  config.json config.js config.yml config.yaml config.xml config.ini config.toml config.env settings.json
  env.js env.json __env.js settings.py config.py app.config setup.cfg gulpfile.js gruntfile.js makefile
  readme.md changelog.txt license.txt package.json manifest.yml credentials passwd shadow cvs .github
  dockerfile configuration.php local.xml config.php settings.php database.php db.php test.php _profiler
  phptest.php test1.php testphp.php composer.json composer.lock package-lock.json
  yarn.lock firebase.json procfile thumbs.db desktop.ini web.xml auth.json installed.json nginx.conf
  httpd.conf php.ini heapdump meta-inf jenkinsfile passwords.txt password.txt
`);
