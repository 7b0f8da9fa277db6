/**
 * What visitors, members and administrators of frameworks, tools and applications ask their own site for, by its own manuals: a site that
 * serves these has no attacker before it. `METHOD target`, GET where no method stands.
 */
export const ORDINARY_APPS: Readonly<Record<string, string>> = {
  "Next.js and other JavaScript frameworks": `
    /_next/static/chunks/app/layout-5f2b1c0a9d.js
    /_next/static/css/3f9c7b.css
    /_next/static/media/inter-latin.woff2
    /_next/static/build-1a2b/_buildManifest.js
    /_next/image?url=%2Fimages%2Fhero.png&w=1920&q=75
    /_next/image?url=https%3A%2F%2Fimages.example.org%2Fa.jpg%3Ffit%3Dcrop&w=640&q=75
    /_next/data/build-1a2b/en/products.json?slug=products
    /products?_rsc=1a2b3
    /api/auth/session
    /api/auth/providers
    /api/auth/csrf
    POST /api/auth/callback/credentials
    /api/auth/callback/github?code=ab12cd34&state=Zm9vYmFy
    /api/auth/signin?callbackUrl=https%3A%2F%2Fwww.example.org%2Fdashboard
    POST /api/auth/_log
    /api/trpc/post.list?batch=1&input=%7B%220%22%3A%7B%22json%22%3A%7B%22limit%22%3A10%7D%7D%7D
    /.well-known/vercel/flags
    /_vercel/insights/script.js
    POST /monitoring?o=1&p=2
    /_nuxt/entry.4f3a2b.js
    /__nuxt_error?url=/a&statusCode=404
    /_app/immutable/chunks/index.1a2b.js
    /products/__data.json?x-sveltekit-invalidated=01
    /@vite/client
    /@react-refresh
    /src/main.tsx?t=1700000000000
    /node_modules/.vite/deps/react.js?v=1a2b3c4d
    /socket.io/?EIO=4&transport=polling&t=Oab12&sid=Zx12
    /sockjs-node/info?t=1700000000000
    /graphql?query=query%20%7B%20viewer%20%7B%20id%20name%20%7D%20%7D
    /graphql?operationName=Posts&variables=%7B%22first%22%3A10%7D&extensions=%7B%22persistedQuery%22%3A%7B%22version%22%3A1%7D%7D`,
  "Ruby on Rails": `
    /users/sign_in
    POST /users/sign_in
    DELETE /users/sign_out
    /users/password/new
    /users/confirmation?confirmation_token=ab12cd34
    /posts?page=2&q%5Btitle_cont%5D=o%27brien&q%5Bs%5D=created_at+desc
    /posts/42-hello-world/edit
    /rails/active_storage/blobs/redirect/eyJfcmFpbHMi--ab12/photo.jpg
    /rails/active_storage/representations/proxy/eyJfcmFpbHMi--ab12/eyJf--cd34/photo.jpg
    POST /rails/active_storage/direct_uploads
    /assets/application-1a2b3c4d.js
    /packs/js/application-1a2b3c.js
    /cable
    /up
    /admin/posts?order=id_desc&scope=published
    /sidekiq/queues
    POST /rails/action_mailbox/relay/inbound_emails`,
  Django: `
    /admin/
    /admin/login/?next=/admin/
    POST /admin/login/?next=/admin/
    /admin/blog/post/?q=tea&status__exact=published&p=2
    /admin/blog/post/42/change/?_changelist_filters=q%3Dtea
    /admin/jsi18n/
    /admin/autocomplete/?term=te&app_label=blog&model_name=post&field_name=author
    /static/admin/css/base.css
    /media/uploads/2024/photo.jpg
    /accounts/login/?next=/profile/
    /accounts/password_reset/
    /api/v1/posts/?ordering=-created&limit=20&offset=40&search=caf%C3%A9
    /api/schema/
    /i18n/setlang/`,
  "Laravel and Symfony": `
    /login
    POST /login
    POST /logout
    /register
    /password/reset/ab12cd34?email=user%40example.org
    /email/verify/1/ab12?expires=1700000000&signature=cd34
    POST /livewire/update
    POST /livewire/message/counter
    /livewire/livewire.js?id=ab12
    /sanctum/csrf-cookie
    POST /broadcasting/auth
    /storage/avatars/42.png
    /build/assets/app-1a2b3c.js
    /horizon/dashboard
    /telescope/requests
    /nova/resources/users?users_page=1&users_order=id&users_direction=desc
    /api/user
    /api/posts?filter[status]=open&sort=-created_at&include=author,comments&page[number]=2
    /_wdt/ab12cd
    /_profiler/ab12cd?panel=db
    /bundles/app/main.css
    /api/docs.jsonld`,
  "Grafana, Prometheus, Kibana": `
    /login
    POST /login
    /d/ab12cd34/node-exporter-full?orgId=1&refresh=1m&from=now-6h&to=now&var-job=node&var-instance=host1:9100
    /api/health
    /api/dashboards/uid/ab12cd34
    POST /api/ds/query?ds_type=prometheus&requestId=Q101
    /api/datasources/proxy/1/api/v1/query_range?query=rate(http_requests_total%7Bjob%3D%22api%22%7D%5B5m%5D)&start=1700000000&end=1700003600&step=15
    /api/datasources/uid/ab12/resources/api/v1/label/__name__/values?match[]=up
    /api/search?query=node&limit=30&type=dash-db
    /api/annotations?from=1700000000000&to=1700003600000&limit=100&dashboardId=1
    /api/live/ws
    /api/user/preferences
    /avatar/ab12cd34ef56ab12cd34ef56ab12cd34
    /public/build/runtime.1a2b3c.js
    /public/plugins/grafana-piechart-panel/module.js?_cache=1.6
    /public/img/grafana_icon.svg
    /render/d-solo/ab12cd34/node?orgId=1&panelId=2&width=1000&height=500&tz=UTC
    /dashboard/snapshot/Ab12Cd34
    /admin/users
    /graph?g0.expr=sum(rate(node_cpu_seconds_total%5B5m%5D))%20by%20(mode)&g0.tab=0
    /api/v1/query?query=up&time=1700000000
    /metrics
    /app/kibana
    /app/discover#/?_g=(filters:!(),refreshInterval:(pause:!t,value:0),time:(from:now-15m,to:now))
    POST /internal/bsearch?compress=true
    /api/status
    /api/v1/status/buildinfo`,
  "GitLab, Gitea, Jenkins": `
    /users/sign_in
    POST /users/sign_in
    POST /users/password
    /users/password/edit?reset_password_token=ab12cd34
    /group/project/-/merge_requests/42/diffs?view=inline&w=1
    /group/project/-/blob/main/src/config.ts#L10
    /group/project/-/raw/main/README.md
    /group/project/-/tree/main/.github
    /group/project/-/compare/v1.0...v2.0?from_project_id=1&straight=false
    /group/project/-/jobs/123/artifacts/browse/
    /group/project.git/info/refs?service=git-upload-pack
    POST /group/project.git/git-upload-pack
    /api/v4/projects/group%2Fproject/repository/files/src%2Fmain.rb/raw?ref=main
    POST /api/v4/projects/42/ci/lint
    POST /api/v4/jobs/request
    POST /api/graphql
    /uploads/-/system/user/avatar/1/avatar.png
    /-/health
    /admin/application_settings/general
    /search?search=SELECT+name+FROM+users&scope=blobs&project_id=1
    /user/repo/src/branch/main/Dockerfile
    /user/repo/settings/hooks
    /api/v1/repos/user/repo/contents/README.md?ref=main
    /explore/repos?q=tea&topic=1
    /job/build-app/42/console
    /job/build-app/lastBuild/api/json?tree=number,result
    /view/all/builds
    /computer/
    /manage
    /securityRealm/user/jane/
    POST /job/build-app/build?delay=0sec`,
  "Tracking, sign-in by others, links from mail": `
    /?utm_source=newsletter&utm_medium=email&utm_campaign=spring-sale-50%25&utm_content=a%7Cb
    /?gclid=CjwKCAjw_-ab12&gclsrc=aw.ds
    /?fbclid=IwAR0ab12cd34_-ef56
    /landing?ref=https%3A%2F%2Fwww.example.org%2Fpath%3Fa%3D1%26b%3D2
    /oauth/authorize?response_type=code&client_id=ab12&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback&scope=openid%20email&state=x.y.z
    /oauth2/callback?code=4%2F0Ab12_-cd34&scope=email%20profile%20https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email&authuser=0&prompt=none
    /saml/acs?SAMLResponse=PHNhbWxwOlJlc3BvbnNl&RelayState=%2Fhome
    /cdn-cgi/rum?
    /cdn-cgi/challenge-platform/scripts/jsd/main.js
    /.well-known/openid-configuration
    /.well-known/acme-challenge/Ab12-Cd34_ef
    /.well-known/change-password
    /apple-app-site-association
    /search?q=100%25+cotton+%3C+%2420+%26+%22free+shipping%22
    /search?q=who%27s+who+or+what%27s+what
    /search?q=how+to+drop+a+table+lamp+and+select+a+bulb+from+the+shelf
    /search?q=cat+%26+dog+food;+id+tags
    /search?q=a+%3D+b+--+c
    /search?q=%5B2024%5D+report+(final)+v1.2
    /filter?price=10..50&size=s|m|l&colour=red,blue
    /map?bbox=-0.489%2C51.28%2C0.236%2C51.686&layers=[{%22id%22:1,%22on%22:true}]
    /events?from=2024-05-01T00:00:00%2B02:00&tz=Europe/Vienna
    /tags/c++/page/2
    /people/O'Neill-(author)
    /docs/%7Bversion%7D/install
    /download/setup-1.2.3.exe
    /files/backup-guide.pdf
    /blog/what-is-etc-passwd
    /posts/understanding-log4shell-jndi`,
  "Jira, Confluence, Nacos, GLPI, Zabbix, Nexus, ColdFusion, mail and help desks": `
    /secure/Dashboard.jspa
    /browse/TEA-42?focusedCommentId=7
    /secure/ContactAdministrators!default.jspa
    POST /plugins/servlet/gadgets/makeRequest
    /pages/viewpage.action?pageId=42
    /pages/createpage.action?spaceKey=TEA&fromPageId=42
    POST /rest/tinymce/1/macro/preview
    /nacos/v1/ns/instance/list?serviceName=orders&namespaceId=public
    PUT /nacos/v1/ns/instance/beat?serviceName=orders
    /glpi/front/central.php
    POST /glpi/ajax/dropdownConnect.php
    /zabbix/zabbix.php?action=dashboard.view&dashboardid=1
    POST /zabbix/jsrpc.php?output=json-rpc
    POST /service/extdirect
    /repository/maven-public/org/slf4j/slf4j-api/maven-metadata.xml
    /CFIDE/scripts/cfform.js
    /cf_scripts/scripts/ajax/package/cfajax.js
    /solr/admin/cores?wt=json&indexInfo=false
    /solr/products/select?q=name:tea&fq=price:[1+TO+20]&rows=10
    /h2-console/login.jsp?jsessionid=ab12cd34
    /actuator/health
    /actuator/loggers
    /manage/sessions
    /management/users
    /jenkins/script
    /geoserver/wms?service=WMS&version=1.1.0&request=GetMap&layers=topp:states&bbox=-124.7,24.9,-66.9,49.3
    /druid/index.html
    /xxl-job-admin/jobinfo
    /api/jsonws/invoke
    /agc/vicidial.php?relogin=YES
    POST /service/upload?fmt=extended,raw
    /zimbra/public/launchNewWindow.jsp?skin=harmony
    OPTIONS /docs/
    /_layouts/15/SignOut.aspx?ru=1
    /_layouts/15/start.aspx
    /owa/auth/errorFE.aspx?httpCode=500
    /ecp/15.1.2507/scripts/js.axd?resources=1
    /Telerik.Web.UI.DialogHandler.aspx?DialogName=ImageManager
    /_session?next=/_utils
    /v2/_catalog?n=100
    /v2/team/app/manifests/1.2.3
    /api/endpoints/2/docker/containers/json?all=1
    /api/v1/namespaces/shop/pods?limit=500
    /v1/sys/health
    /v1/agent/self
    /minio/webrpc
    /web/database/selector
    /web/dataset/call_kw/res.partner/search_read
    /api/method/frappe.client.get_list?doctype=Item&fields=%5B%22name%22%5D
    /file=/tmp/gradio/ab12cd34/image.png
    POST /ajax-api/2.0/mlflow/experiments/create
    /ckfinder/core/connector/php/connector.php?command=Init&lang=en
    /uploads/attachments/42/report.pdf
    /wp-content/plugins/download-monitor/download.php?id=123
    /locales/en.2.json
    /(S(lit3py55t21z5v55vlm25s55))/default.aspx
    /client/index.php
    /photo/gallery
    /discover.aspx
    /v1/backend
    /image?path=https%3A%2F%2Fcdn.example.org%2Fphotos%2Ftea.jpg
    /modules/sendtoafriend/sendtoafriend_ajax.php
    /sites/default/modules/gamification/index.php`,
};
