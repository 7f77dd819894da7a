package dev.offstage.body;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON from strangers: names that are given twice, what follows the value, and what jsonb
 * cannot hold are refused.
 */
public final class JsonText {
  private static final int MAX_DEPTH = 64;

  /** Beyond a double's range; jsonb would keep, and write out, every one of its zeros. */
  private static final int MAX_EXPONENT = 400;

  private static final String NUMBER =
      "A number is too large or too precise (expected: within 1e±400, of at most 400 digits).";

  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(400)
                          .maxNameLength(1_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Reads one value of many. */
  public static final JsonMapper PARTS =
      MAPPER.rebuild().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** A NUL as JSON writes it: what stands before it are whole escapes. */
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private JsonText() {}

  /** JSON as jsonb can hold it, whoever wrote what is in it: with a ? for each NUL. */
  public static String withoutNul(String json) {
    return NUL.matcher(json).replaceAll("$1?");
  }

  /**
   * @throws ProblemException if it is not JSON in UTF-8, or cannot be stored
   */
  public static JsonNode parse(byte[] utf8) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      var node = MAPPER.readTree(text);
      if (node.isMissingNode()) {
        throw ProblemType.INVALID_REQUEST.because("The body is empty (expected: a JSON object).");
      }
      return storable(node);
    } catch (CharacterCodingException e) {
      throw notUtf8(e);
    } catch (JacksonException e) {
      throw problem(e);
    } catch (NumberFormatException e) { // an exponent beyond BigDecimal's
      throw problem(e);
    }
  }

  public static ProblemException notUtf8(CharacterCodingException e) {
    return caused(ProblemType.INVALID_REQUEST.because("The JSON is not UTF-8."), e);
  }

  /** What a client is told of a number that cannot be read. */
  public static ProblemException problem(NumberFormatException e) {
    return caused(ProblemType.INVALID_REQUEST.because(NUMBER), e);
  }

  /** What a client is told of JSON that cannot be read. */
  public static ProblemException problem(JacksonException e) {
    var at = e.getLocation();
    var where =
        at == null ? "" : ": line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    var detail =
        e instanceof StreamConstraintsException
            ? "The JSON is nested deeper than " + MAX_DEPTH + " or has an overlong number or name"
            : String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")
                ? "The JSON has a name twice in one object"
                : "This is not JSON";
    return caused(ProblemType.INVALID_REQUEST.because(detail + where + "."), e);
  }

  private static ProblemException caused(ProblemException problem, Exception cause) {
    problem.addSuppressed(cause);
    return problem;
  }

  /**
   * Returns {@code node} if PostgreSQL can store it as jsonb.
   *
   * @throws ProblemException if not
   */
  public static JsonNode storable(JsonNode node) {
    if (node.isString()) {
      check(node.stringValue());
    } else if (node.isNumber()) {
      var number = node.decimalValue();
      if (Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT
          || Math.abs((long) number.scale()) > MAX_EXPONENT) {
        throw ProblemType.INVALID_REQUEST.because(NUMBER);
      }
    } else {
      node.properties()
          .forEach(
              member -> {
                check(member.getKey());
                storable(member.getValue());
              });
      if (node.isArray()) {
        node.forEach(JsonText::storable);
      }
    }
    return node;
  }

  private static void check(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || (Character.isSurrogate(c) && !pair)) {
        throw ProblemType.INVALID_REQUEST.because(
            "A string has the character \\u%04x, which cannot be stored.".formatted((int) c));
      }
      if (pair) {
        i++;
      }
    }
  }

  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** SHA-256 over the value, whatever the order of its members and the space between them. */
  public static String fingerprint(JsonNode node) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(MAPPER.writeValueAsBytes(sorted(node)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      var array = MAPPER.createArrayNode();
      node.forEach(each -> array.add(sorted(each)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var members = new TreeMap<String, JsonNode>();
    node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    var object = MAPPER.createObjectNode();
    members.forEach((name, value) -> object.set(name, sorted(value)));
    return object;
  }
}
