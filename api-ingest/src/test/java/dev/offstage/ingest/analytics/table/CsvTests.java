package dev.offstage.ingest.analytics.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTests {
  @Test
  void whatASpreadsheetWouldRunIsText() {
    assertThat(Csv.line(List.of("=1+1", "+1", "-1", "@x", "\tx", "|x")))
        .isEqualTo("'=1+1,'+1,'-1,'@x,'\tx,'|x\r\n");
  }

  @Test
  void numbersStayNumbers() {
    assertThat(Csv.line(List.of(-5, 0.5, true))).isEqualTo("-5,0.5,true\r\n");
  }

  @Test
  void separatorsAndQuotesAreQuoted() {
    assertThat(Csv.line(Arrays.asList("a,b", "say \"x\"", null, "=\"a\"\n")))
        .isEqualTo("\"a,b\",\"say \"\"x\"\"\",,\"'=\"\"a\"\"\n\"\r\n");
  }
}
