package io.granary.ops.cli;

import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealRecord;
import io.granary.bridge.client.DealRun;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.DealStage;
import io.granary.bridge.client.Payload;
import io.granary.bridge.client.ProposalDraft;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.client.secret.Recipient;
import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.ops.node.FreePorts;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StorageAsk;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client store}. */
@Command(
    name = "store",
    description = {
      "Store a file or folder with a provider: make its CAR and commitment, propose the deal, serve"
          + " the data until the provider has it, and follow the deal until its sector is proven.",
      "What happens is kept in the client's folder before it happens: a client that was stopped"
          + " goes on with `granary client resume DEAL`."
    },
    mixinStandardHelpOptions = true)
final class ClientStoreCommand implements Callable<Integer> {
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();
  @Mixin private ClientFollowOptions follow = new ClientFollowOptions();

  @Parameters(paramLabel = "FILE|FOLDER", description = "What to store.")
  private Path source = Path.of("");

  @Option(
      names = "--provider",
      required = true,
      paramLabel = "PROVIDER",
      description = "With whom, f0….")
  private String provider = "";

  @Option(
      names = "--wallet",
      paramLabel = "ADDRESS",
      description = "Sign with this key of the chain node's wallet, not with the client's own.")
  private Optional<String> wallet = Optional.empty();

  @Option(
      names = "--start",
      paramLabel = "EPOCH",
      description = "By when the data must be sealed (default: two days from now).")
  private Optional<Long> start = Optional.empty();

  @Option(
      names = "--duration",
      paramLabel = "EPOCHS",
      defaultValue = "518400",
      description = "For how long, from 518400 to 3680640 (default: ${DEFAULT-VALUE}, 180 days).")
  private long duration = ProposalDraft.DURATION_EPOCHS;

  @Option(
      names = "--price",
      paramLabel = "ATTOFIL",
      description = "attoFIL per GiB and epoch (default: what the provider asks for).")
  private Optional<String> price = Optional.empty();

  @Option(
      names = "--price-max",
      paramLabel = "ATTOFIL",
      description = "Refuse to pay more than so many attoFIL per GiB and epoch.")
  private Optional<String> priceMax = Optional.empty();

  @Option(names = "--verified", description = "Spend DataCap; the client must have it.")
  private boolean verified;

  @Option(
      names = "--provider-collateral",
      paramLabel = "ATTOFIL",
      description =
          "What the provider loses with the data (default: the chain's least and a fifth).")
  private Optional<String> collateral = Optional.empty();

  @Option(
      names = "--piece-size",
      paramLabel = "BYTES",
      description = "Padded size of the piece, a power of two (default: the least that fits).")
  private OptionalLong pieceSize = OptionalLong.empty();

  @Option(
      names = "--encrypt-for",
      paramLabel = "RECIPIENT",
      description =
          "Encrypt names and content first, so that only the key of granary1… opens them.")
  private Optional<String> recipient = Optional.empty();

  @Option(
      names = "--cid-version",
      paramLabel = "VERSION",
      defaultValue = "1",
      description = "0 or 1, as `ipfs add` makes them (default: ${DEFAULT-VALUE}).")
  private int cidVersion = 1;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:0",
      description =
          "Where to serve the data to the provider (default: ${DEFAULT-VALUE}, which reaches this"
              + " machine only; port 0 takes a free one).")
  private String listen = "127.0.0.1:0";

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "What the provider is told instead, behind a router or a TLS proxy.")
  private Optional<URI> publicUrl = Optional.empty();

  @Option(
      names = "--offline",
      description = "Serve nothing; the CAR in the client's folder is handed over by other means.")
  private boolean offline;

  @Option(names = "--skip-ipni-announce", description = "Index the data, but do not announce it.")
  private boolean skipAnnounce;

  @Option(names = "--remove-unsealed-copy", description = "Ask for no unsealed copy to be kept.")
  private boolean removeUnsealed;

  @Override
  public Integer call() throws IOException {
    Address miner = ClientChainOptions.miner(provider);
    ClientSettings settings = follow.apply(chainOptions.client());
    try (LotusChainGateway chain = chainOptions.chain()) {
      DealSigner signer =
          ClientKeys.signer(options, wallet.map(Address::parse), chain, settings.chainLimit());
      try (NettyHost host = chainOptions.host(options)) {
        ClientChain finder = new ClientChain(chain, settings.chainLimit());
        ProviderLink link = new ProviderLink(host, chainOptions.provider(miner, finder), settings);
        StorageAsk ask = link.ask(finder.workerKey(miner)).ask();
        Epoch head = finder.head();
        DealId id = new DealId(UUID.randomUUID());
        Payload payload = payload(id);
        ProposalDraft draft = draft(payload, signer, miner, ask, head, finder);
        draft.requireTaken(ask, head);
        requireEscrow(draft, finder);
        return run(
            record(id, payload, draft, signer, link.provider()), link, signer, finder, settings);
      }
    }
  }

  private int run(
      DealRecord deal,
      ProviderLink link,
      DealSigner signer,
      ClientChain finder,
      ClientSettings settings) {
    PrintWriter out = spec.commandLine().getOut();
    if (!options.json()) {
      out.println("deal " + deal.id());
      out.flush();
    }
    DealRun run =
        new DealRun(
            link,
            signer,
            options.book(),
            finder::deal,
            settings,
            new ClientSteps(out, options.json()));
    return ClientDealsCommand.finish(run.start(deal, follow.until()), options, out);
  }

  private Payload payload(DealId id) throws IOException {
    UnixFsProfile profile =
        switch (cidVersion) {
          case 0 -> UnixFsProfile.KUBO_CID_V0;
          case 1 -> UnixFsProfile.KUBO_CID_V1;
          default -> throw new ClientException("--cid-version: 0 or 1, got " + cidVersion);
        };
    Path folder = options.home().toAbsolutePath().resolve("cars");
    OwnerOnlyFile.makeFolder(folder);
    Path car = folder.resolve(id + ".car");
    Payload made =
        recipient.isPresent()
            ? Payload.sealed(source, profile, car, Recipient.parse(recipient.get()), bytes -> {})
            : Payload.of(source, profile, car, bytes -> {});
    Payload payload = pieceSize.isPresent() ? made.padded(pieceSize.getAsLong()) : made;
    if (!options.json()) {
      new Table()
          .row("root", payload.root().toString())
          .row("piece", Cid.commP(payload.piece().commP()).toString())
          .row("piece size", payload.piece().paddedBytes() + " bytes, padded")
          .row("CAR", payload.carBytes() + " bytes, " + car)
          .print(spec.commandLine().getOut());
    }
    return payload;
  }

  private ProposalDraft draft(
      Payload payload,
      DealSigner signer,
      Address miner,
      StorageAsk ask,
      Epoch head,
      ClientChain finder) {
    TokenAmount offered =
        price.map(TokenAmount::parse).orElse(verified ? ask.verifiedPrice() : ask.price());
    if (priceMax.isPresent() && offered.compareTo(TokenAmount.parse(priceMax.get())) > 0) {
      throw new ClientException(
          provider + " asks for " + offered + " attoFIL per GiB and epoch, more than --price-max");
    }
    long padded = payload.piece().paddedBytes();
    return new ProposalDraft(
        payload.root(),
        payload.piece(),
        signer.address(),
        miner,
        start.map(Epoch::new).orElse(new Epoch(head.value() + ProposalDraft.START_DELAY_EPOCHS)),
        duration,
        ProposalDraft.pricePerEpoch(offered, padded),
        verified,
        collateral
            .map(TokenAmount::parse)
            .orElseGet(() -> finder.providerCollateral(padded, verified)));
  }

  /** A provider refuses a client that has not the whole price in the market's escrow. */
  private static void requireEscrow(ProposalDraft draft, ClientChain chain) {
    TokenAmount needed = draft.proposal().clientRequirement();
    if (needed.isZero()) {
      return;
    }
    TokenAmount free = chain.freeEscrow(draft.client());
    if (free.compareTo(needed) < 0) {
      throw new ClientException(
          draft.client()
              + " has "
              + free
              + " attoFIL free in the market's escrow, this deal needs "
              + needed
              + "; `granary client fund` adds to it");
    }
  }

  private DealRecord record(
      DealId id, Payload payload, ProposalDraft draft, DealSigner signer, Provider with)
      throws IOException {
    return new DealRecord(
        id,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        source.toAbsolutePath().normalize().toString(),
        with,
        payload.root(),
        payload.car().toString(),
        payload.carBytes(),
        payload.recipient().map(Recipient::toString),
        draft.sign(signer),
        offline ? Optional.empty() : Optional.of(serving(id)),
        skipAnnounce,
        removeUnsealed,
        DealStage.PROPOSED,
        "",
        "");
  }

  private DealRecord.Serving serving(DealId id) throws IOException {
    int colon = listen.lastIndexOf(':');
    if (colon <= 0 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
      throw new ClientException("--listen: expected HOST:PORT, got " + listen);
    }
    String host = listen.substring(0, colon);
    int given = Integer.parseInt(listen.substring(colon + 1));
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = given == 0 ? FreePorts.next(bare) : given;
    String base =
        publicUrl.map(URI::toString).orElse("http://" + host + ":" + port).replaceAll("/+$", "");
    String path = "/" + HexFormat.of().formatHex(secret()) + "/" + id + ".car";
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret());
    return new DealRecord.Serving(bare, port, URI.create(base + path), "Bearer " + token);
  }

  private static byte[] secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
