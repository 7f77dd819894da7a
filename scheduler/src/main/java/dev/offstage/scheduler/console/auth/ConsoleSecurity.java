package dev.offstage.scheduler.console.auth;

import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;

import dev.offstage.audit.Act;
import dev.offstage.audit.Audit;
import dev.offstage.operator.OperatorTokens;
import dev.offstage.problem.ProblemWriter;
import dev.offstage.scheduler.console.ConsoleConnector;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.configurers.FormLoginConfigurer;
import org.springframework.security.config.annotation.web.configurers.LogoutConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class ConsoleSecurity implements WebMvcConfigurer {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** JobRunr's page sends no token of ours; what answers it looks whence its requests come. */
  private static final String DASHBOARD_API = "/api/";

  private final Audit audit;

  ConsoleSecurity(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new ActorArgument());
  }

  /** Before ingest's, which in one process would take every request. */
  @Bean
  @Order(0)
  SecurityFilterChain consoleChain(
      HttpSecurity http,
      ConsoleConnector connector,
      LoginSessions sessions,
      PasswordLogin passwords,
      OperatorTokens tokens,
      ProblemWriter writer) {
    var refusals = new ConsoleRefusals(writer, audit);
    return http.securityMatcher(connector::isAskedBy)
        .securityContext(context -> context.securityContextRepository(sessions))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .authenticationManager(new ProviderManager(passwords))
        .csrf(ConsoleSecurity::csrf)
        .formLogin(this::login)
        .logout(this::logout)
        .addFilterBefore(new TokenFilter(tokens), UsernamePasswordAuthenticationFilter.class)
        .exceptionHandling(
            handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .authorizeHttpRequests(
            requests ->
                requests
                    // What was let in before, or refused: the same request goes on.
                    .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers(ConsoleRefusals.LOGIN)
                    .permitAll()
                    .requestMatchers("/ops/v1/operators/**", "/ops/v1/operators")
                    .hasRole("ADMIN")
                    .requestMatchers(GET, "/**")
                    .hasRole("VIEWER")
                    .requestMatchers(HEAD, "/**")
                    .hasRole("VIEWER")
                    .anyRequest()
                    .hasRole("OPERATOR"))
        .build();
  }

  private static void csrf(CsrfConfigurer<HttpSecurity> csrf) {
    var cookies = new CookieCsrfTokenRepository();
    cookies.setCookieName("offstage_ops_csrf");
    cookies.setCookiePath("/");
    cookies.setCookieCustomizer(cookie -> cookie.sameSite("Strict").httpOnly(true));
    csrf.csrfTokenRepository(cookies)
        .requireCsrfProtectionMatcher(
            request ->
                !SAFE.contains(request.getMethod())
                    && !TokenFilter.isUsedBy(request)
                    && !isDashboard(request));
  }

  private static boolean isDashboard(HttpServletRequest request) {
    return request.getRequestURI().startsWith(DASHBOARD_API);
  }

  private void login(FormLoginConfigurer<HttpSecurity> form) {
    form.loginPage(ConsoleRefusals.LOGIN)
        .loginProcessingUrl(ConsoleRefusals.LOGIN)
        .usernameParameter("name")
        .passwordParameter("password")
        .successHandler(
            (request, response, who) -> {
              if (who instanceof OperatorAuthentication operator) {
                audit.done(operator.actor(), Act.of("login", "console"), Map.of());
              }
              response.sendRedirect("/ops");
            })
        .failureHandler(
            (request, response, e) ->
                response.sendRedirect(
                    ConsoleRefusals.LOGIN + (e instanceof LockedException ? "?later" : "?failed")))
        .permitAll();
  }

  private void logout(LogoutConfigurer<HttpSecurity> logout) {
    logout
        .logoutUrl("/ops/logout")
        .addLogoutHandler(
            (request, response, who) -> {
              if (who instanceof OperatorAuthentication operator) {
                audit.done(operator.actor(), Act.of("logout", "console"), Map.of());
              }
            })
        .logoutSuccessUrl(ConsoleRefusals.LOGIN);
  }
}
