package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealBook;
import io.granary.bridge.client.DealOnChain;
import io.granary.bridge.client.DealRecord;
import io.granary.bridge.client.DealRun;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.DealStage;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.protocol.deal.DealId;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client resume}, {@code status} and {@code list}: the deals of the folder. */
final class ClientDealsCommand {
  private ClientDealsCommand() {}

  /** Reads a deal's id. */
  static DealId id(String text) {
    try {
      return DealId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ClientException("a deal is named by its UUID, got " + text, e);
    }
  }

  /** Says how a deal stands and gives the exit code. */
  static int finish(DealRecord deal, ClientOptions options, PrintWriter out) {
    if (options.json()) {
      NodeOptions.printJson(out, ClientSteps.json(deal));
    } else if (!deal.stage().settled()) {
      out.println("go on with: granary client resume " + deal.id());
      out.flush();
    }
    return ClientSteps.code(deal);
  }

  /** Everything to go on with deals of one provider. */
  private static <T> T with(
      DealRecord deal,
      ClientOptions options,
      ClientChainOptions chainOptions,
      ClientSettings settings,
      ClientSteps steps,
      Function<ClientChain, DealOnChain> onChain,
      Function<DealRun, T> work) {
    try (LotusChainGateway chain = chainOptions.chain();
        NettyHost host = chainOptions.host(options)) {
      DealSigner signer =
          ClientKeys.signerOf(
              options, deal.signed().proposal().client(), chain, settings.chainLimit());
      ProviderLink link =
          new ProviderLink(host, provider(deal, chainOptions, chain, settings), settings);
      DealOnChain view = onChain.apply(new ClientChain(chain, settings.chainLimit()));
      return work.apply(new DealRun(link, signer, options.book(), view, settings, steps));
    }
  }

  /** Where the provider is now, or else was when the deal was made. */
  private static Provider provider(
      DealRecord deal,
      ClientChainOptions chainOptions,
      LotusChainGateway chain,
      ClientSettings settings) {
    try {
      return chainOptions.provider(
          deal.provider().miner(), new ClientChain(chain, settings.chainLimit()));
    } catch (ClientException e) {
      return deal.provider();
    }
  }

  /** {@code granary client resume}. */
  @Command(
      name = "resume",
      description = {
        "Go on with a deal whose client was stopped: serve its data again and follow it.",
        "A proposal that was not answered is sent again only when the provider does not know it."
      },
      mixinStandardHelpOptions = true)
  static final class Resume implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ClientOptions options = new ClientOptions();
    @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();
    @Mixin private ClientFollowOptions follow = new ClientFollowOptions();

    @Parameters(paramLabel = "DEAL", description = "The deal's UUID.")
    private String deal = "";

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      DealRecord record = options.book().get(id(deal));
      DealRecord last =
          with(
              record,
              options,
              chainOptions,
              follow.apply(chainOptions.client()),
              new ClientSteps(out, options.json()),
              view -> view::deal,
              run -> run.resume(record, follow.until()));
      return finish(last, options, out);
    }
  }

  /** {@code granary client status}. */
  @Command(
      name = "status",
      description = {
        "Ask the provider and the chain how a deal is; without a deal, for all that are not"
            + " settled.",
        "A deal is active when the chain says so."
      },
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ClientOptions options = new ClientOptions();
    @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();

    @Parameters(paramLabel = "DEAL", arity = "0..1", description = "The deal's UUID.")
    private Optional<String> deal = Optional.empty();

    @Override
    public Integer call() {
      DealBook book = options.book();
      List<DealRecord> deals =
          deal.isPresent()
              ? List.of(book.get(id(deal.get())))
              : book.all().stream().filter(each -> !each.stage().settled()).toList();
      PrintWriter out = spec.commandLine().getOut();
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      int failures = 0;
      for (DealRecord each : deals) {
        try {
          all.add(show(look(each), out));
        } catch (ClientException e) {
          failures++;
          spec.commandLine().getErr().println("granary: deal " + each.id() + ": " + e.getMessage());
        }
      }
      if (options.json()) {
        NodeOptions.printJson(out, deal.isPresent() && all.size() == 1 ? all.get(0) : all);
      }
      return failures == 0 ? 0 : 1;
    }

    /** A refused deal was never taken: the provider does not know it. */
    private DealRun.Step look(DealRecord record) {
      if (record.stage() == DealStage.REJECTED) {
        return new DealRun.Step(record, 0, record.carBytes(), record.message());
      }
      return with(
          record,
          options,
          chainOptions,
          chainOptions.client(),
          new ClientSteps(spec.commandLine().getOut(), true),
          Status::tolerant,
          run -> run.look(record));
    }

    /** Without the chain's word there is still the provider's. */
    private static DealOnChain tolerant(ClientChain view) {
      return (id, proposal) -> {
        try {
          return view.deal(id, proposal);
        } catch (ClientException e) {
          return new DealOnChain.Standing(DealOnChain.Kind.UNKNOWN, String.valueOf(e.getMessage()));
        }
      };
    }

    private ObjectNode show(DealRun.Step step, PrintWriter out) {
      DealRecord record = step.deal();
      if (!options.json()) {
        new Table()
            .row("deal", record.id().toString())
            .row("provider", record.provider().miner().toString())
            .row("stage", ClientSteps.stage(record))
            .row("said", step.note().isEmpty() ? "-" : step.note())
            .row("fetched", step.received() + " of " + step.total() + " bytes")
            .row("piece", record.signed().proposal().piece().toString())
            .row("root", record.root().toString())
            .print(out);
      }
      return ClientSteps.json(record)
          .put("said", step.note())
          .put("bytesReceived", step.received())
          .put("transferBytes", step.total());
    }
  }

  /** {@code granary client list}. */
  @Command(
      name = "list",
      description = "List the deals of the client's folder, as they were last seen.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ClientOptions options = new ClientOptions();

    @Override
    public Integer call() {
      List<DealRecord> deals = options.book().all();
      if (options.json()) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        deals.forEach(deal -> all.add(ClientSteps.json(deal)));
        NodeOptions.printJson(spec.commandLine().getOut(), all);
        return 0;
      }
      Table table =
          new Table("DEAL", "MADE", "PROVIDER", "STAGE", "START", "END", "BYTES", "ROOT", "SOURCE");
      for (DealRecord deal : deals) {
        table.row(
            deal.id().toString(),
            deal.made().toString(),
            deal.provider().miner().toString(),
            ClientSteps.stage(deal),
            deal.signed().proposal().startEpoch().toString(),
            deal.signed().proposal().endEpoch().toString(),
            Long.toString(deal.carBytes()),
            deal.root().toString(),
            deal.source());
      }
      table.print(spec.commandLine().getOut());
      return 0;
    }
  }
}
