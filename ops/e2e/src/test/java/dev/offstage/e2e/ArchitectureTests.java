package dev.offstage.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;

/**
 * How the code is arranged: `.github/CONTRIBUTING.md` says it to people, this says it to builds.
 */
class ArchitectureTests {
  private static final String ROOT = "dev.offstage.";
  private static final String INGEST = ROOT + "ingest..";
  private static final String WORKER = ROOT + "worker..";
  private static final String SCHEDULER = ROOT + "scheduler..";
  private static final String[] OPS = {
    ROOT + "servers..", ROOT + "standalone..", ROOT + "cli..", ROOT + "bench.."
  };

  private static JavaClasses code;

  @BeforeAll
  static void read() {
    code =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.offstage");
    assertThat(code).extracting(JavaClass::getPackageName).contains("dev.offstage.ingest.auth");
  }

  @Test
  void importsPointOneWay() {
    var outer = describe("ops", resideInAnyPackage(OPS));
    var shared =
        describe(
            "shared-model",
            DescribedPredicate.not(resideInAnyPackage(OPS))
                .and(DescribedPredicate.not(resideInAnyPackage(INGEST, WORKER, SCHEDULER))));
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("shared-model")
        .definedBy(shared)
        .layer("api-ingest")
        .definedBy(INGEST)
        .layer("workers")
        .definedBy(WORKER)
        .layer("scheduler")
        .definedBy(SCHEDULER)
        .layer("ops")
        .definedBy(outer)
        .whereLayer("api-ingest")
        .mayOnlyBeAccessedByLayers("ops")
        .whereLayer("workers")
        .mayOnlyBeAccessedByLayers("ops")
        .whereLayer("scheduler")
        .mayOnlyBeAccessedByLayers("ops")
        .whereLayer("ops")
        .mayNotBeAccessedByAnyLayer()
        .check(code);
  }

  @Test
  void packagesOfAModuleFormNoCycle() {
    slices().matching("dev.offstage.(**)").should().beFreeOfCycles().check(code);
  }

  @Test
  void rabbitMqIsKnownToQueueAndConsumeOnly() {
    onlyIn(Set.of("queue..", "worker.consume.."), "org.springframework.amqp..", "com.rabbitmq..");
  }

  @Test
  void springBatchIsKnownToBatchesOnly() {
    onlyIn(Set.of("scheduler.batch.."), "org.springframework.batch..");
  }

  @Test
  void redisIsKnownToLiveAndLimitOnly() {
    onlyIn(Set.of("live..", "limit.."), "org.springframework.data.redis..", "io.lettuce..");
  }

  @Test
  void resilience4jIsKnownToDestinationsOnly() {
    onlyIn(Set.of("worker.destination.."), "io.github.resilience4j..");
  }

  @Test
  void theWorldIsCalledByTheOutboundClientOnly() {
    onlyIn(Set.of("worker.outbound.."), "org.apache.hc..");
  }

  @Test
  void postgresOwnDriverIsKnownToTheWriterOfEventsOnly() {
    onlyIn(Set.of("worker.analytics..", "bench.."), "org.postgresql..");
  }

  @Test
  void springSecurityIsKnownToAuthOnly() {
    onlyIn(
        Set.of("ingest.auth..", "scheduler.console.auth..", "operator..", "standalone.."),
        "org.springframework.security..",
        "com.nimbusds..");
  }

  @Test
  void jobRunrIsKnownToRecurringOnly() {
    onlyIn(Set.of("scheduler.recurring..", "bench.."), "org.jobrunr..");
  }

  @Test
  void nativeCodeIsCalledByTheBindingToLibvipsOnly() {
    onlyIn(Set.of("worker.media.vips.."), "java.lang.foreign..");
  }

  @Test
  void applesPushServiceIsKnownToItsProviderOnly() {
    onlyIn(Set.of("worker.integration.push.apns.."), "com.eatthepath..", "io.netty..");
  }

  @Test
  void mailIsKnownToItsHandlerOnly() {
    onlyIn(
        Set.of("worker.integration.email.."),
        "jakarta.mail..",
        "org.eclipse.angus..",
        "org.springframework.mail..");
  }

  @Test
  void kafkaIsKnownToOnwardOnly() {
    onlyIn(Set.of("worker.onward.."), "org.springframework.kafka..", "org.apache.kafka..");
  }

  @Test
  void sketchesAreTheRollUpsBusiness() {
    onlyIn(Set.of("rollup.."), "org.apache.datasketches..");
  }

  @Test
  void parquetIsTheExportsBusiness() {
    onlyIn(
        Set.of("scheduler.batch.export.."),
        "org.apache.parquet..",
        "org.apache.hadoop..",
        "blue.strategic..");
  }

  @Test
  void sniffingTypesIsTheUploadsBusiness() {
    onlyIn(Set.of("ingest.upload.."), "org.apache.tika..");
  }

  @Test
  void serversForTestsAreStartedByServersOnly() {
    onlyIn(Set.of("servers.."), "org.testcontainers..", "io.zonky.test..", "redis.embedded..");
  }

  @Test
  void jobAndRetryNeedTheJdkOnly() {
    classes()
        .that()
        .resideInAnyPackage(ROOT + "job..", ROOT + "retry..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", ROOT + "job..", ROOT + "retry..")
        .check(code);
  }

  @Test
  void whatAHandlerIsGivenKnowsJsonButNeitherTablesNorQueues() {
    classes()
        .that()
        .resideInAPackage(ROOT + "worker.handler..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "tools.jackson.databind..",
            ROOT + "job..",
            ROOT + "retry..",
            ROOT + "worker.handler..")
        .check(code);
  }

  /** Time that decides is PostgreSQL's; what Java needs, it is given as an `InstantSource`. */
  @Test
  void nobodyReadsTheWallClock() {
    noClasses()
        .should()
        .accessTargetWhere(
            accesses(
                "the wall clock",
                access -> {
                  var owner = access.getTargetOwner();
                  return switch (access.getTarget().getName()) {
                    case "now", "systemUTC", "systemDefaultZone" ->
                        owner.getPackageName().startsWith("java.time");
                    case "currentTimeMillis" -> owner.isEquivalentTo(System.class);
                    case "<init>" ->
                        owner.isEquivalentTo(java.util.Date.class)
                            && access.getTarget().getFullName().endsWith("<init>()");
                    default -> false;
                  };
                }))
        .check(code);
  }

  /** The one real clock is a bean, so that a test can set another. */
  @Test
  void theSystemClockIsMadeInConfigurationsOnly() {
    noClasses()
        .that()
        .areNotAnnotatedWith(Configuration.class)
        .should()
        .callMethod(java.time.InstantSource.class, "system")
        .check(code);
  }

  @Test
  void nobodySleeps() {
    noClasses()
        .should()
        .accessTargetWhere(
            accesses(
                "a sleep",
                access ->
                    access.getTarget().getName().equals("sleep")
                        && (access.getTargetOwner().isAssignableTo(Thread.class)
                            || access
                                .getTargetOwner()
                                .isAssignableTo(java.util.concurrent.TimeUnit.class))))
        .check(code);
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    classes()
        .should(
            new ArchCondition<JavaClass>("be in a package with a @NullMarked package-info") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                var holds =
                    item.getPackage()
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isPresent();
                events.add(new SimpleConditionEvent(item, holds, item.getPackageName()));
              }
            })
        .check(code);
  }

  @Test
  void packagesAreNamedForARoleNotForALayer() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..controller..",
            "..controllers..",
            "..service..",
            "..services..",
            "..impl..",
            "..dto..",
            "..mapper..",
            "..util..",
            "..utils..",
            "..common..",
            "..helper..",
            "..helpers..",
            "..manager..")
        .check(code);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
        .check(code);
  }

  @Test
  void whatOnlySpringCallsIsNotPublic() {
    classes()
        .that(
            are(
                describe(
                    "configurations, controllers or their advice",
                    item ->
                        item.isAnnotatedWith(Configuration.class)
                            || isOrHas(item, Controller.class)
                            || isOrHas(item, ControllerAdvice.class))))
        .should()
        .notBePublic()
        .orShould()
        .beAnnotatedWith(SpringBootApplication.class)
        .orShould()
        .resideInAPackage(ROOT + "boot..")
        .check(code);
  }

  /** Settings come as one typed record an area, which can refuse what makes no sense. */
  @Test
  void noSettingIsReadByItsNameAlone() {
    noClasses().should().dependOnClassesThat().areAssignableTo(Value.class).check(code);
  }

  private static boolean isOrHas(
      JavaClass item, Class<? extends java.lang.annotation.Annotation> annotation) {
    return item.isAnnotatedWith(annotation) || item.isMetaAnnotatedWith(annotation);
  }

  private static void onlyIn(Set<String> homes, String... vendor) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes.stream().map(ROOT::concat).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(vendor)
        .check(code);
  }

  private static DescribedPredicate<JavaAccess<?>> accesses(
      String what, java.util.function.Predicate<JavaAccess<?>> predicate) {
    return describe(what, predicate);
  }
}
