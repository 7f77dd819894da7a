package dev.offstage.boot;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What every application has: the store, the queue, the blobs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan({
  "dev.offstage.store",
  "dev.offstage.queue",
  "dev.offstage.call",
  "dev.offstage.client",
  "dev.offstage.blob",
  "dev.offstage.live",
  "dev.offstage.trace",
  "dev.offstage.webhook"
})
public class SharedConfiguration {}
