package dev.offstage.ingest.enqueue;

import dev.offstage.body.Bodies;
import dev.offstage.body.BodyBytes;
import dev.offstage.body.JsonText;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** A JSON array, read element by element. Where it stops being JSON, it ends. */
final class ArrayItems implements BatchItems {
  private final BodyBytes in;
  private final Budget chars;
  private final JsonParser parser;

  /**
   * @throws ProblemException if the body does not begin like an array
   */
  ArrayItems(BodyBytes in) {
    this.in = in;
    this.chars = new Budget(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    this.parser = JsonText.PARTS.createParser(chars);
    try {
      chars.renew();
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw ProblemType.INVALID_REQUEST.because("The body is not a JSON array.");
      }
    } catch (JacksonException e) {
      throw problem(e);
    }
  }

  @Override
  public @Nullable Item next() {
    JsonNode value;
    try {
      chars.renew();
      var token = parser.nextToken();
      if (token == JsonToken.END_ARRAY) {
        return parser.nextToken() == null
            ? null
            : Item.end(ProblemType.INVALID_REQUEST.because("There is more after the array."));
      }
      value = parser.readValueAsTree();
    } catch (JacksonException e) {
      return Item.end(problem(e));
    } catch (NumberFormatException e) {
      return Item.end(JsonText.problem(e));
    }
    try {
      return Item.of(JsonText.storable(value));
    } catch (ProblemException e) {
      return Item.bad(e);
    }
  }

  private static ProblemException problem(JacksonException e) {
    return switch (e.getCause()) {
      case BodyBytes.TooLargeException tooLarge ->
          Bodies.TOO_LARGE.because("The body is larger than this API accepts.");
      case Budget.SpentException spent ->
          Bodies.TOO_LARGE.because("The item is longer than " + Bodies.MAX_JOB + " characters.");
      case CharacterCodingException broken -> JsonText.notUtf8(broken);
      case IOException cut -> Bodies.cutOff(cut);
      case null, default -> JsonText.problem(e);
    };
  }

  @Override
  public boolean isDrained() {
    return chars.delivered() - parser.currentLocation().getCharOffset() < 3 && in.isDrained();
  }

  /** Gives out only so many characters for one element, so that none can fill the memory. */
  private static final class Budget extends FilterReader {
    /** The parser reads ahead. */
    private static final int AHEAD = 16 * 1024;

    private long left;
    private long delivered;

    private Budget(Reader in) {
      super(in);
    }

    private static final class SpentException extends IOException {}

    private void renew() {
      left = Bodies.MAX_JOB + AHEAD;
    }

    private long delivered() {
      return delivered;
    }

    @Override
    public int read(char[] to, int at, int length) throws IOException {
      if (left <= 0) {
        throw new SpentException();
      }
      int count = super.read(to, at, length);
      left -= Math.max(0, count);
      delivered += Math.max(0, count);
      return count;
    }
  }
}
