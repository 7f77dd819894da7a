package dev.offstage.scheduler.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.offstage.operator.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** JobRunr's dashboard and the first page, in the system's Chromium. */
class DashboardIT {
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
  private static final double PATIENCE = 40_000;

  private final ConsoleServer server = ConsoleServer.shared();

  private static Path chromium() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Chromium (expected: the package chromium)"));
  }

  private void inABrowser(int width, int height, java.util.function.Consumer<Page> deed) {
    var options =
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
    try (var playwright = Playwright.create(options);
        var browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions().setExecutablePath(chromium()).setArgs(FLAGS))) {
      deed.accept(browser.newPage(new Browser.NewPageOptions().setViewportSize(width, height)));
    }
  }

  private void logIn(Page page, String name) {
    page.getByLabel("Name").fill(name);
    page.getByLabel("Password").fill(ConsoleServer.PASSWORD);
    page.locator("button").click();
  }

  private static LocatorAssertions.IsVisibleOptions patiently() {
    return new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE);
  }

  @Test
  void loggedOutItAsksAndLoggedInItShowsARunAndItsProgress() {
    var label = "browser-" + UUID.randomUUID().toString().substring(0, 8);
    var held = Staged.hold(label);
    var name = server.operator(Role.OPERATOR);
    var operator = server.token(name);
    operator.send(
        "PUT",
        server.at("/ops/v1/schedules/" + label),
        "{\"cron\":\"0 3 1 1 *\",\"batch\":\"staged\",\"parameters\":{\"label\":\"%s\"}}"
            .formatted(label));

    inABrowser(
        1280,
        900,
        page -> {
          page.navigate(server.at("/dashboard/overview").toString());
          assertThat(page).hasURL(Pattern.compile(".*/ops/login$"));
          page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "login.png")));
          logIn(page, name);
          assertThat(page).hasURL(Pattern.compile(".*/ops$"));
          page.locator("form[action='/ops/schedules/" + label + "/run'] button").click();

          awaitProgress(label);
          page.navigate(server.at("/dashboard/jobs?state=PROCESSING").toString());
          var job = page.getByText(Pattern.compile(label + " \\d{4}-.*")).first();
          assertThat(job).isVisible(patiently());
          page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "jobs.png")));
          page.navigate(server.at("/dashboard/jobs/" + runOf(label)).toString());
          assertThat(page.getByText("Step items has begun").first()).isVisible(patiently());
          var bar = page.locator("[role=progressbar][aria-valuenow='60']").first();
          assertThat(bar).isVisible(patiently());
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setPath(Path.of("target", "dashboard.png")));
          held.release();
          // Nothing is loaded anew: it comes as a live update.
          assertThat(page.getByText("Step items has ended").first()).isVisible(patiently());
          assertThat(page.getByText("This job has succeeded").first()).isVisible(patiently());
        });
  }

  private String runOf(String schedule) {
    return server
        .jdbc()
        .sql("select id::text from schedule_run where schedule = :schedule")
        .param("schedule", schedule)
        .query(String.class)
        .single();
  }

  /** JobRunr writes down how far a job is each time that it looks. */
  private void awaitProgress(String schedule) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                server
                        .jdbc()
                        .sql(
                            """
                            select count(*) from jobrunr.jobrunr_jobs
                            where state = 'PROCESSING' and jobasjson like '%Step items has begun%'
                              and id = (select id::text from schedule_run where schedule = :schedule)
                            """)
                        .param("schedule", schedule)
                        .query(Integer.class)
                        .single()
                    > 0);
  }

  @Test
  void theFirstPageFitsAPhone() {
    inABrowser(
        390,
        844,
        page -> {
          page.navigate(server.at("/").toString());
          logIn(page, server.operator(Role.OPERATOR));
          assertThat(page.getByText("Schedules").first()).isVisible();
          assertThat(page.getByText("Start a batch").first()).isVisible();
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setPath(Path.of("target", "operators.png")));
          Assertions.assertThat(
                  (boolean)
                      page.evaluate(
                          "document.documentElement.scrollWidth"
                              + " <= document.documentElement.clientWidth"))
              .as("nothing is wider than the phone")
              .isTrue();
        });
  }
}
