package dev.offstage.ingest.openapi;

import dev.offstage.ingest.auth.AccessRules;
import dev.offstage.ingest.auth.Caller;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  static {
    // Comes from the token, not from the request.
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
  }

  @Bean
  OpenAPI description() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Offstage ingest API")
                .version("1")
                .description(
                    "Uploads, jobs and assets. Every refusal is RFC 9457 problem+json; its type is"
                        + " stable.")
                .license(new License().name("Apache 2.0").identifier("Apache-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    AccessDescription.SCHEME,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description(
                            "An API key (`offstage_sk_…`) or a JWT of a configured issuer.")));
  }

  @Bean
  ModelConverter nullability() {
    return new Nullability();
  }

  @Bean
  @Order(1)
  OpenApiCustomizer tusDescription() {
    return new TusDescription();
  }

  @Bean
  @Order(2)
  OpenApiCustomizer problemDescription() {
    return new ProblemDescription();
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  OpenApiCustomizer accessDescription(AccessRules rules) {
    return new AccessDescription(rules);
  }
}
