package dev.offstage.ingest.workflow;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The description of what {@link WorkflowReader} reads. */
@Schema(name = "NewWorkflow")
record WorkflowRequest(
    @Schema(maxLength = 200) @Nullable String name,
    @Schema(description = "The end user whom it belongs to") @Nullable String owner,
    @Schema(
            description = "What becomes of a job whose predecessor did not complete",
            allowableValues = {"cancel", "continue", "hold"},
            defaultValue = "cancel")
        @Nullable String onDiscard,
    List<MemberRequest> jobs,
    @Schema(description = "A job for when all have completed", ref = "#/components/schemas/NewJob")
        @Nullable Object onCompleted,
    @Schema(
            description = "A job for when all have ended, one of them not completed",
            ref = "#/components/schemas/NewJob")
        @Nullable Object onFailed) {

  @Schema(
      name = "Member",
      description = "A job, with everything that a job may say but `workflow` and `receipt`")
  record MemberRequest(
      @Schema(description = "Its name here") String ref,
      @Schema(description = "The refs of those that it waits for") @Nullable List<String> after,
      String kind,
      @Schema(implementation = Object.class) @Nullable Object payload) {}
}
