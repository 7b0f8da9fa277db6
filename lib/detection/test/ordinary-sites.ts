/**
 * What visitors, members and administrators of common software ask their own site for, by its own manuals: a site that
 * serves these has no attacker before it. `METHOD target`, GET where no method stands.
 */
export const ORDINARY_SITES: Readonly<Record<string, string>> = {
  "WordPress and WooCommerce": `
    /
    /?p=123
    /?s=red+shoes&post_type=product
    /?author=1
    /?feed=rss2
    /2024/05/17/hello-world/
    /category/news/page/2/
    /feed/
    /comments/feed/
    /wp-login.php
    POST /wp-login.php
    /wp-login.php?action=lostpassword
    /wp-login.php?redirect_to=https%3A%2F%2Fwww.example.org%2Fwp-admin%2F&reauth=1
    /wp-login.php?loggedout=true&wp_lang=en_US
    /wp-login.php?action=logout&_wpnonce=ab12cd34ef
    /wp-admin/
    /wp-admin/index.php
    /wp-admin/edit.php?post_type=page&paged=2&orderby=title&order=asc
    /wp-admin/post.php?post=42&action=edit
    /wp-admin/post-new.php?post_type=product
    /wp-admin/upload.php?mode=grid
    POST /wp-admin/async-upload.php
    POST /wp-admin/admin-ajax.php
    /wp-admin/admin-ajax.php?action=heartbeat
    /wp-admin/admin-ajax.php?action=wp-compression-test&test=1&_ajax_nonce=ab12&1700000000
    /wp-admin/load-scripts.php?c=1&load%5Bchunk_0%5D=jquery-core,jquery-migrate,utils&ver=6.5
    /wp-admin/load-styles.php?c=1&dir=ltr&load%5Bchunk_0%5D=dashicons,admin-bar&ver=6.5
    /wp-admin/admin.php?page=wc-admin&path=%2Fanalytics%2Foverview
    /wp-admin/plugins.php?plugin_status=active&paged=1&s
    /wp-admin/plugin-install.php?s=seo&tab=search&type=term
    /wp-admin/themes.php?search=twenty
    /wp-admin/customize.php?return=%2Fwp-admin%2Fthemes.php
    /wp-admin/options-general.php
    /wp-admin/users.php?role=author
    /wp-admin/update-core.php
    /wp-admin/site-health.php?tab=debug
    /wp-json/
    /wp-json/wp/v2/posts?per_page=10&_fields=id,title&search=it%27s
    /wp-json/wp/v2/users/me?context=edit&_locale=user
    POST /wp-json/wp/v2/posts/42?_locale=user
    /wp-json/oembed/1.0/embed?url=https%3A%2F%2Fwww.example.org%2Fhello%2F&format=xml
    /wp-json/contact-form-7/v1/contact-forms/12/feedback/schema
    /wp-cron.php?doing_wp_cron=1700000000.1234567890
    /wp-content/themes/twentytwentyfour/assets/css/button-outline.css?ver=1.0
    /wp-content/plugins/contact-form-7/includes/js/index.js?ver=5.9
    /wp-content/plugins/woocommerce/assets/js/frontend/cart.min.js
    /wp-content/plugins/elementor/assets/css/frontend.min.css
    /wp-content/plugins/revslider/public/assets/css/rs6.css
    /wp-content/uploads/2024/05/photo-1024x683.jpg
    /wp-content/uploads/2024/05/price-list.pdf
    /wp-content/uploads/elementor/css/post-42.css
    /wp-includes/js/wp-emoji-release.min.js?ver=6.5
    /wp-includes/css/dist/block-library/style.min.css
    /xmlrpc.php?rsd
    POST /xmlrpc.php
    /wp-comments-post.php
    /wp-sitemap-posts-post-1.xml
    /?wc-ajax=get_refreshed_fragments
    /?add-to-cart=42&quantity=1
    /cart/?remove_item=ab12cd34&_wpnonce=12ab34cd
    /my-account/orders/
    /checkout/order-received/42/?key=wc_order_Ab12Cd34
    /wp-admin/about.php
    /wp-admin/network/index.php
    /wp-admin/network/admin.php?page=x
    /wp-admin/user/about.php`,
  "Drupal, Joomla, TYPO3, MediaWiki": `
    /node/42/edit?destination=/admin/content
    /user/login
    POST /user/login?destination=node/1
    /user/reset/1/1700000000/ab12cd34
    /admin/content?title=&type=page&status=1&langcode=All
    POST /system/ajax
    POST /views/ajax?_wrapper_format=drupal_ajax
    /core/misc/drupal.js?v=10.2
    /sites/default/files/styles/large/public/photo.jpg?itok=ab12
    /jsonapi/node/article?filter[status]=1&page[limit]=10
    /index.php?option=com_content&view=article&id=7&Itemid=101&lang=en
    /index.php?option=com_users&view=login
    POST /index.php?option=com_users&task=user.login
    /index.php?option=com_search&searchword=o%27brien
    /administrator/
    POST /administrator/index.php
    /administrator/index.php?option=com_content&task=article.edit&id=7
    /administrator/index.php?option=com_media&view=media&path=local-images:/
    /media/system/js/core.min.js?ab12
    /component/tags/tag/news
    /typo3/
    /typo3/login
    /typo3/record/edit?edit[pages][1]=edit&returnUrl=/typo3/module/web/layout
    /index.php?id=42&L=1&type=0&cHash=ab12cd34
    /wiki/Main_Page
    /wiki/SQL_injection
    /wiki/Special:Search?search=union+select&go=Go
    /w/index.php?title=Special:UserLogin&returnto=Main+Page
    /w/index.php?title=C%2B%2B_(programming)&action=edit&section=2
    /w/api.php?action=query&list=search&srsearch=tea&format=json
    /w/load.php?lang=en&modules=startup&only=scripts&raw=1&skin=vector`,
  "Magento, Shopware, PrestaShop, OpenCart": `
    /catalogsearch/result/?q=tea+%26+coffee&product_list_order=price
    /checkout/cart/add/uenc/aHR0cHM6/product/42/
    /customer/account/login/referer/aHR0cHM6/
    POST /customer/account/loginPost/
    /rest/V1/guest-carts/ab12/totals
    /customer/section/load/?sections=cart%2Cmessages&force_new_section_timestamp=false&_=1700000000
    /static/version1700000000/frontend/Magento/luma/en_US/requirejs/require.js
    /media/catalog/product/cache/ab12/t/e/tea.jpg
    /index.php?controller=product&id_product=42&id_lang=1
    /index.php?fc=module&module=ps_shoppingcart&controller=ajax
    /modules/ps_imageslider/images/sample-1.jpg
    /index.php?route=product/product&path=20_26&product_id=42
    /index.php?route=checkout/cart
    /store-api/product/ab12?associations[media][]=1
    /account/login?redirectTo=frontend.account.home.page`,
  "phpBB, Discourse, Nextcloud, Moodle, Roundcube": `
    /viewtopic.php?f=2&t=42&start=15&hilit=tea
    /memberlist.php?mode=viewprofile&u=7
    /ucp.php?mode=login&redirect=index.php
    POST /ucp.php?mode=login
    /t/how-to-use-union-select-in-sql/42/7
    /session/csrf
    POST /session
    /search?q=tea%20order%3Alatest
    POST /message-bus/ab12cd34/poll?dlp=t
    /apps/files/?dir=/Photos&fileid=42
    PROPFIND /remote.php/dav/files/jane/Documents/
    PUT /remote.php/dav/files/jane/notes.md
    /ocs/v2.php/apps/notifications/api/v2/notifications?format=json
    /index.php/s/Ab12Cd34/download?path=%2F&files=photo.jpg
    /index.php/login?redirect_url=/apps/files/
    /index.php/apps/theming/css/theming.css?v=ab12
    POST /login/v2/poll
    /course/view.php?id=42&section=3
    /mod/quiz/attempt.php?attempt=7&cmid=42&page=2
    POST /lib/ajax/service.php?sesskey=Ab12&info=core_fetch_notifications
    /pluginfile.php/42/mod_resource/content/1/slides.pdf
    /theme/styles.php/boost/1700000000_1/all
    /?_task=mail&_mbox=INBOX&_page=2
    POST /?_task=login
    /?_task=mail&_action=show&_uid=42&_mbox=INBOX&_caps=pdf%3D1%2Cflash%3D0
    /program/js/app.min.js?s=1700000000
    /skins/elastic/styles/styles.min.css?s=1700000000`,
};
