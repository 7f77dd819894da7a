package dev.offstage.scheduler.console.auth;

import dev.offstage.audit.Actor;
import dev.offstage.operator.Operator;
import dev.offstage.scheduler.console.FormKey;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives a controller the {@link Actor}, or the {@link Operator}, who asks, and a page's key. */
final class ActorArgument implements HandlerMethodArgumentResolver {
  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    var type = parameter.getParameterType();
    return type == Actor.class || type == Operator.class || type == FormKey.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    if (parameter.getParameterType() == FormKey.class) {
      return key(request);
    }
    if (SecurityContextHolder.getContext().getAuthentication()
        instanceof OperatorAuthentication a) {
      return parameter.getParameterType() == Actor.class ? a.actor() : a.operator();
    }
    throw new AuthenticationCredentialsNotFoundException("no operator");
  }

  private static FormKey key(NativeWebRequest request) {
    if (request.getAttribute(CsrfToken.class.getName(), RequestAttributes.SCOPE_REQUEST)
        instanceof CsrfToken token) {
      return new FormKey(token.getParameterName(), token.getToken());
    }
    throw new IllegalStateException("There is no key for a form");
  }
}
