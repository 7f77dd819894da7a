package dev.offstage.scheduler.console;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What the console has from shared-model that the other applications have not. */
@Configuration(proxyBeanMethods = false)
@ComponentScan({"dev.offstage.audit", "dev.offstage.operator"})
class ConsoleConfiguration {}
