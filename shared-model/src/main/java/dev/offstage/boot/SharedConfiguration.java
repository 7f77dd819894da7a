package dev.offstage.boot;

import dev.offstage.queue.HintConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

/** What every application has: the store, the queue, the blobs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan(
    basePackages = {
      "dev.offstage.store",
      "dev.offstage.queue",
      "dev.offstage.client",
      "dev.offstage.blob",
      "dev.offstage.live",
      "dev.offstage.trace"
    },
    excludeFilters =
        @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = HintConfiguration.class))
public class SharedConfiguration {}
