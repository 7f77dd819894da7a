/**
 * How the API says no: RFC 9457 {@code application/problem+json} for every refusal and failure,
 * whether it is raised by a controller, by Spring, by the security chain or by Tomcat before any of
 * them.
 *
 * <p>Invariant: nothing internal leaves here (no class names, SQL, stack traces), and a client's
 * mistake is never answered 500. Which request is refused is for others to decide.
 */
@NullMarked
package dev.offstage.problem;

import org.jspecify.annotations.NullMarked;
