package dev.offstage.boot;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What every application has: the store, the queue, the blobs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan({
  "dev.offstage.blob",
  "dev.offstage.call",
  "dev.offstage.client",
  "dev.offstage.destination",
  "dev.offstage.limit",
  "dev.offstage.live",
  "dev.offstage.outbound",
  "dev.offstage.plan",
  "dev.offstage.push",
  "dev.offstage.queue",
  "dev.offstage.secret",
  "dev.offstage.store",
  "dev.offstage.trace",
  "dev.offstage.webhook"
})
public class SharedConfiguration {}
