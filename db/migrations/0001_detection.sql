CREATE TYPE "public"."detection_trigger" AS ENUM('schedule', 'manual', 'drain', 'api');--> statement-breakpoint
CREATE TYPE "public"."follow_up" AS ENUM('none', 'would-block', 'blocked', 'guarded', 'failed');--> statement-breakpoint
CREATE TYPE "public"."suspicious_status" AS ENUM('open', 'blocked', 'ignored', 'resolved');--> statement-breakpoint
CREATE TABLE "detection_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "detection_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"trigger" "detection_trigger" NOT NULL,
	"actor" text NOT NULL,
	"window_from" timestamp with time zone NOT NULL,
	"window_to" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"examined" integer NOT NULL,
	"flagged" integer NOT NULL,
	"error" text,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone,
	"duration_ms" integer,
	"error" text,
	"result" jsonb,
	"succeeded_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"requested_at" timestamp with time zone,
	"request" jsonb
);
--> statement-breakpoint
CREATE TABLE "suspicious_ips" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suspicious_ips_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"target" text NOT NULL,
	"target_kind" "target_kind" NOT NULL,
	"network" "cidr" NOT NULL,
	"ip" "inet",
	"reason" text NOT NULL,
	"reasons" text[] NOT NULL,
	"score" smallint NOT NULL,
	"parts" jsonb NOT NULL,
	"first_detected" timestamp with time zone NOT NULL,
	"last_detected" timestamp with time zone NOT NULL,
	"detections" integer DEFAULT 1 NOT NULL,
	"status" "suspicious_status" DEFAULT 'open' NOT NULL,
	"status_by" text NOT NULL,
	"status_at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_active" boolean GENERATED ALWAYS AS (status in ('open', 'blocked')) STORED NOT NULL,
	"details" jsonb NOT NULL,
	"rule_id" integer,
	"follow_up" "follow_up" DEFAULT 'none' NOT NULL,
	"follow_up_note" text DEFAULT '' NOT NULL,
	"automatic_blocks" smallint DEFAULT 0 NOT NULL,
	CONSTRAINT "suspicious_ips_target_unique" UNIQUE("target")
);
--> statement-breakpoint
ALTER TABLE "request_logs" ADD COLUMN "signals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "request_logs" ADD COLUMN "nature" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "request_logs" ADD COLUMN "distinct_bits" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "detection_runs_time" ON "detection_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "suspicious_ips_order" ON "suspicious_ips" USING btree ("last_detected","id");--> statement-breakpoint
CREATE INDEX "suspicious_ips_open" ON "suspicious_ips" USING btree ("status","last_detected");--> statement-breakpoint
CREATE INDEX "ip_rules_network" ON "ip_rules" USING gist ("network" inet_ops) WHERE "ip_rules"."is_active";--> statement-breakpoint
CREATE INDEX "request_logs_network" ON "request_logs" USING btree ("network","id");--> statement-breakpoint
CREATE INDEX "request_logs_signed_in" ON "request_logs" USING btree ("user_id","id") WHERE "request_logs"."user_id" is not null;