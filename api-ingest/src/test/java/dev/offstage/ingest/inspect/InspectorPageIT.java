package dev.offstage.ingest.inspect;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page in the system's Chromium, at a phone's size. */
class InspectorPageIT {
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final IngestServer server = IngestServer.shared();

  private static Path chromium() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Chromium (expected: the package chromium)"));
  }

  @Test
  void aDeveloperSeesEventsAndRejectsAsTheyArrive() {
    var read = server.key("browser", Scope.EVENTS_READ);
    var events = new Events(server, "browser");
    events.track("2026-04-01T08:00:00Z", "<b>First</b>", "ada", null);
    var options =
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
    try (var playwright = Playwright.create(options);
        var browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions().setExecutablePath(chromium()).setArgs(FLAGS))) {
      var page =
          browser.newPage(
              new com.microsoft.playwright.Browser.NewPageOptions().setViewportSize(390, 844));
      var complaints = new ArrayList<String>();
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error")) {
              complaints.add(message.text());
            }
          });
      page.navigate(server.api("/inspector").toString());
      page.getByLabel("API key").fill(read);
      page.getByText("Watch").click();

      assertThat(page.locator("#events li")).hasCount(1);
      assertThat(page.locator("#events .name")).containsText("<b>First</b>");
      assertThat(page.locator("#state")).hasText("live");

      events.reject("2026-04-01T08:00:01Z", "no-user");
      assertThat(page.locator("li.reject .why")).containsText("no-user: neither id is given");
      page.locator("li.reject summary").click();
      assertThat(page.locator("li.reject pre")).isVisible();

      page.getByLabel("Filter").fill("ada");
      assertThat(page.locator("#events li:visible")).hasCount(1);
      page.getByLabel("Filter").fill("");
      assertThat(fits(page)).as("nothing is wider than the phone").isTrue();
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "inspector.png")));
      assertThat(complaints).isEmpty();
    }
  }

  private static boolean fits(Page page) {
    return (boolean)
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth");
  }

  @Test
  void aKeyThatMayNotReadIsToldSo() {
    var options =
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
    try (var playwright = Playwright.create(options);
        var browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions().setExecutablePath(chromium()).setArgs(FLAGS))) {
      var page = browser.newPage();
      page.navigate(server.api("/inspector").toString());
      page.getByLabel("API key").fill(server.key("browser-2", Scope.EVENTS_WRITE));
      page.getByText("Watch").click();

      assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT)).isVisible();
      assertThat(page.getByLabel("API key")).isVisible();
    }
  }
}
