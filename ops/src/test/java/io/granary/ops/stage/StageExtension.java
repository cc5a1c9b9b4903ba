package io.granary.ops.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one stage of the run; JUnit closes it with the run's store. */
public final class StageExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ManagementStage.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(StageExtension.class))
        .getOrComputeIfAbsent("stage", key -> start(), ManagementStage.class);
  }

  private static ManagementStage start() {
    try {
      return new ManagementStage();
    } catch (IOException e) {
      throw new UncheckedIOException("the stage has no folder", e);
    }
  }
}
