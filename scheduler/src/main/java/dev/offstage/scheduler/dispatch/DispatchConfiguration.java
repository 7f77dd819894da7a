package dev.offstage.scheduler.dispatch;

import dev.offstage.queue.HintConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@Configuration(proxyBeanMethods = false)
@Import(HintConfiguration.class)
class DispatchConfiguration {}
