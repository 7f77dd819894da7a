package dev.offstage.boot;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What every application has that answers requests: how it says no. */
@Configuration(proxyBeanMethods = false)
@ComponentScan("dev.offstage.problem")
public class WebConfiguration {}
