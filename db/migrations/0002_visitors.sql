ALTER TABLE "request_logs" RENAME COLUMN "subnet_hash" TO "address_hash";--> statement-breakpoint
UPDATE "request_logs" SET "ip_hash" = "address_hash", "address_hash" = "ip_hash" WHERE "address_hash" IS NOT NULL;
