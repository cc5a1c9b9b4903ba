package io.granary.ops.cli;

import com.typesafe.config.ConfigException;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.secret.SecretException;
import io.granary.bridge.file.OwnerOnlyException;
import io.granary.bridge.libp2p.peer.IdentityFileException;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.devnet.chain.DevnetException;
import io.granary.ops.client.NodeException;
import io.granary.ops.demo.DemoException;
import io.granary.ops.node.ConfigurationException;
import io.granary.persistence.StoreUnreachableException;
import io.granary.persistence.cassandra.CassandraStartException;
import io.granary.prover.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The root command. */
@Command(
    name = "granary",
    description = "A Filecoin storage provider that scales horizontally.",
    mixinStandardHelpOptions = true,
    version = "granary 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      DevnetCommand.class,
      MinerCommand.class,
      SectorsCommand.class,
      DealsCommand.class,
      ProvingCommand.class,
      MessagesCommand.class,
      StorageCommand.class,
      ChainCommand.class,
      MiningCommand.class,
      NetCommand.class,
      RetrievalCommand.class,
      ClientCommand.class,
      ConfigCommand.class,
      HelpCommand.class
    })
public final class GranaryCommand {
  private static final int CAUSES_SHOWN_MAX = 5;

  /** Parses and runs; returns the exit code. */
  public static int execute(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new GranaryCommand())
        .setExecutionExceptionHandler(expectedOnOneLine())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** What a person can act on is one line; anything else is our mistake and shows its trace. */
  private static IExecutionExceptionHandler expectedOnOneLine() {
    return (exception, commandLine, parsed) -> {
      if (isExpected(exception)) {
        commandLine.getErr().println("granary: " + describe(exception));
      } else {
        exception.printStackTrace(commandLine.getErr());
      }
      return 1;
    };
  }

  private static boolean isExpected(Exception exception) {
    return exception instanceof NodeException
        || exception instanceof DemoException
        || exception instanceof ConfigurationException
        || exception instanceof ConfigException
        || exception instanceof DevnetException
        || exception instanceof StorageException
        || exception instanceof StoreUnreachableException
        || exception instanceof CassandraStartException
        || isOfTheClient(exception)
        || exception instanceof UncheckedIOException;
  }

  private static boolean isOfTheClient(Exception exception) {
    return exception instanceof ClientException
        || exception instanceof SecretException
        || exception instanceof OwnerOnlyException
        || exception instanceof UnixFsException
        || exception instanceof IdentityFileException;
  }

  /** The message and, where it is not made for operators, those of its causes that say more. */
  private static String describe(Exception exception) {
    if (exception instanceof NodeException
        || exception instanceof DemoException
        || exception instanceof ConfigurationException
        || isOfTheClient(exception)) {
      return String.valueOf(exception.getMessage());
    }
    StringBuilder text = new StringBuilder(String.valueOf(exception.getMessage()));
    Throwable cause = exception.getCause();
    for (int i = 0; cause != null && i < CAUSES_SHOWN_MAX; i++) {
      String more = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      if (text.indexOf(more) < 0) {
        text.append(": ").append(cause instanceof IOException ? cause.toString() : more);
      }
      cause = cause.getCause();
    }
    return text.toString();
  }
}
