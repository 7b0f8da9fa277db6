import type { TransactionSql } from "postgres";

/** What stands in the tables of the first released schema, as that version wrote it. Never to be changed. */
export async function fillFirstSchema(sql: TransactionSql): Promise<void> {
  await sql.unsafe(`
    create table request_logs_20260309 partition of request_logs
      for values from ('019cd000-0000-0000-0000-000000000000') to ('019cd800-0000-0000-0000-000000000000');
    insert into user_agents (user_agent, class, name, os) values
      ('Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', 'browser', 'Firefox', 'Linux'), ('curl/8.5.0', 'tool', 'curl', null);
    insert into request_logs (id, occurred_at, signals, agent_bit, path_bit, nature, ip_hash, user_agent_id, rule_id,
      user_id, asn, duration_ms, latitude, longitude, verdict, reason, door, kind, status, country_code, address_hash,
      ip, network, method, host, path, referrer_host, city, policy, user_agent)
    select
      ('019c' || case when n % 10 = 0 then 'e000' else 'd' || lpad(to_hex(n), 3, '0') end || '-' || lpad(to_hex(n), 4, '0') || '-7000-8000-000000000000')::uuid,
      to_timestamp(case when n % 10 = 0 then x'019ce0000000'::bigint else x'019cd0000000'::bigint + n * x'10000'::bigint end / 1000.0 + n / 1000.0), n, n % 64, case when n % 3 = 0 then null else n % 64 end, n % 512,
      decode(md5((n % 50)::text), 'hex'), 1 + n % 2, null, case when n % 7 = 0 then 1 end, 64500 + n % 10, n, 6.45, 3.39,
      (array['allow', 'block', 'limit'])[1 + n % 3]::verdict_action,
      (array['default', 'block-rule', 'rate-limit'])[1 + n % 3]::verdict_reason,
      (array['edge', 'node', 'ask'])[1 + n % 3]::door_name, (array['page', 'api', 'asset'])[1 + n % 3]::request_kind,
      (array[200, 403, 429])[1 + n % 3], 'NG', case when n % 5 = 0 then decode(md5('a' || n), 'hex') end,
      case when n % 4 = 0 then '203.0.113.7'::inet end, '203.0.113.0/24', 'GET', 'www.example.com', '/page/' || n,
      'search.example.org', 'Lagos', case when n % 3 = 2 then 'api' end, null
    from generate_series(1, 400) n;
    insert into request_logs (id, occurred_at, ip_hash, verdict, reason, door, kind, network, method, path, user_agent)
    values ('019cd777-0000-7000-8000-000000000000', to_timestamp(x'019cd7770000'::bigint / 1000.0), decode(md5('last'), 'hex'), 'allow', 'degraded',
      'edge', 'page', '2001:db8:1::/48', 'GET', '/only-what-must-be', 'An agent that had no room/1.0');
    insert into traffic_rollups values
      ('2026-03-09T10:00Z', 'total', '', 300, 20, 10, decode(repeat('00', 1024), 'hex')),
      ('2026-03-09T10:00Z', 'country', 'NG', 300, 20, 10, null), ('2026-03-09T10:00Z', 'path', '/page/1', 1, 2, 3, null),
      ('2026-03-09T10:00Z', 'network', '203.0.113.0/24', 300, 20, 10, null),
      ('2026-03-09T10:00Z', 'place', 'NG|Lagos|6.45|3.39', 300, 20, 10, null);
    insert into ip_rules (action, target, target_kind, network, reason, note, origin, created_by, expires_at, is_active) values
      ('block', '203.0.113.7', 'address', '203.0.113.0/24', 'Suspicious activity', 'a note', 'cli', 'root', null, true),
      ('block', '2001:db8:2::/48', 'range', '2001:db8:2::/48', '', '', 'manual', 'admin', '2099-01-01', true),
      ('block', '0123456789abcdef0123456789abcdef', 'hash', '198.51.100.0/24', '', '', 'detection:path-probing', 'detection', null, true),
      ('allow', '198.51.100.7', 'address', '198.51.100.0/24', 'Office', '', 'manual', 'admin', null, true),
      ('block', '192.0.2.1', 'address', '192.0.2.0/24', 'over', '', 'cli', 'root', '2026-03-01', false);
    insert into users (username, password_hash, role, is_active, session_version, last_login_at) values
      ('admin', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$YWJjZGVmZ2hpamtsbW5vcA', 'admin', true, 3, '2026-03-09T10:00Z'),
      ('guest', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$YWJjZGVmZ2hpamtsbW5vcA', 'viewer', false, 1, null);
    insert into audit_logs (actor, action, subject, before, after) values
      ('admin', 'block', 'rule:1', null, '{"target": "203.0.113.7"}'), ('admin', 'sign-in', 'user:admin', null, null);
    insert into settings (key, value, updated_by) values
      ('rules-revision', '5', 'rules'), ('a-later-setting', '{"kept": true}', 'admin');
    insert into suspicious_ips (target, target_kind, network, ip, reason, reasons, score, parts, first_detected,
      last_detected, detections, status, status_by, details, rule_id, follow_up, follow_up_note, automatic_blocks) values
      ('0123456789abcdef0123456789abcdef', 'hash', '198.51.100.0/24', null, 'path-probing', '{path-probing}', 80,
       '{"path-probing": 80}', '2026-03-08', '2026-03-09', 4, 'blocked', 'detection',
       '{"window": {"from": "2026-03-09T09:00:00.000Z", "to": "2026-03-09T10:00:00.000Z"}, "findings": [], "samples": []}',
       3, 'blocked', '', 2),
      ('203.0.113.0/24', 'range', '203.0.113.0/24', null, 'distributed', '{distributed}', 40, '{"distributed": 40}',
       '2026-03-08', '2026-03-09', 1, 'ignored', 'admin',
       '{"window": {"from": "2026-03-09T09:00:00.000Z", "to": "2026-03-09T10:00:00.000Z"}, "findings": [], "samples": [], "range": {"flagged": 4, "cleanVisitors": 0}}',
       null, 'none', '', 0);
    insert into detection_runs (trigger, actor, window_from, window_to, started_at, duration_ms, examined, flagged, error, details)
    values ('schedule', 'schedule', '2026-03-09T09:00Z', '2026-03-09T10:00Z', '2026-03-09T10:00Z', 120, 50, 1, null,
      '{"rules": {"path-probing": 1}, "created": 1, "reopened": 0, "blocked": 1, "wouldBlock": 0, "guarded": 0, "failed": 0, "site": []}');
    insert into job_runs (job, started_at, duration_ms, error, result, succeeded_at, failing_since) values
      ('drain-events', '2026-03-09T10:00Z', 20, null, '{"events": 3}', '2026-03-09T10:00Z', null),
      ('publish-rules', '2026-03-09T10:00Z', 20, 'fetch failed', null, '2026-03-09T09:00Z', '2026-03-09T09:30Z');`);
}
