package io.granary.devnet.rpc;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.Simulator;
import io.granary.devnet.wallet.Wallet;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.RpcMethod.Permission;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Puts the served methods together and starts the server. */
public final class RpcEndpoint {
  private final Tokens tokens;
  private final MethodTable table = new MethodTable();
  private final ChainJson json;
  private final Chain chain;
  private final Trouble trouble;
  private final Tipsets tipsets;

  /**
   * An endpoint.
   *
   * @param secretFile the secret that tokens are signed with, made when missing
   * @param networkName as StateNetworkName answers
   * @param seed what the node's identity is made from
   * @param trouble of all endpoints of this chain
   * @param index which of them this one is
   */
  public RpcEndpoint(
      Chain chain,
      Wallet wallet,
      Path secretFile,
      String networkName,
      String seed,
      List<Trouble> trouble,
      int index) {
    this.chain = chain;
    this.trouble = trouble.get(index);
    this.tokens = Tokens.open(secretFile);
    this.json = new ChainJson(chain.config().networkPrefix());
    this.tipsets = new Tipsets(chain, this.trouble);
    ChainMethods methods = new ChainMethods(json);
    Simulator simulator = new Simulator(chain);
    MessageService service = new MessageService(chain, wallet, simulator);
    new NodeMethods(chain, tipsets, tokens, networkName, seed).serve(table, methods, json);
    new ChainReadMethods(chain, tipsets, json).serve(table, methods);
    new MinerQueries(tipsets, chain.config().policy()).serve(table, methods, json);
    new MessageMethods(chain, tipsets, service, simulator).serve(table, methods, json);
    new DealMethods(tipsets, service, json).serve(table, methods);
    new RegistryMethods(tipsets, json).serve(table);
    new WalletMethods(chain, wallet, service).serve(table, methods);
    new MiningMethods(chain, tipsets, service).serve(table, methods);
    new DevnetMethods(chain).serve(table, json);
    new TroubleMethods(chain, trouble).serve(table);
  }

  /** A token with all permissions. */
  public String adminToken() {
    return tokens.issue(List.of(Permission.values()));
  }

  /** A token with {@code permissions}. */
  public String token(List<Permission> permissions) {
    return tokens.issue(permissions);
  }

  /** The names of all methods on the wire, ChainNotify excepted. */
  public Set<String> wireNames() {
    return Set.copyOf(table.wireNames());
  }

  /**
   * Starts serving.
   *
   * @param port 0 for any free one
   */
  public RpcServer start(String host, int port) {
    return new RpcServer(host, port, table, tokens, chain, tipsets, trouble, json);
  }
}
