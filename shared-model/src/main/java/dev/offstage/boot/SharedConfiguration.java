package dev.offstage.boot;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What every application has: the store, the queue, the blobs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan({
  "dev.offstage.store",
  "dev.offstage.queue",
  "dev.offstage.client",
  "dev.offstage.blob",
  "dev.offstage.limit",
  "dev.offstage.live",
  "dev.offstage.plan",
  "dev.offstage.trace"
})
public class SharedConfiguration {}
