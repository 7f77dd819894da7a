package dev.offstage.problem;

/**
 * One offending part of a request.
 *
 * @param field a property, parameter or header
 * @param detail its value, where that may be shown, and what was expected
 */
public record FieldProblem(String field, String detail) {}
