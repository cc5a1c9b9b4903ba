package io.granary.devnet.rpc;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.wallet.Wallet;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.json.ChainMethods;

/** The node's wallet. */
final class WalletMethods {
  private final Chain chain;
  private final Wallet wallet;
  private final MessageService service;

  WalletMethods(Chain chain, Wallet wallet, MessageService service) {
    this.chain = chain;
    this.wallet = wallet;
    this.service = service;
  }

  void serve(MethodTable table, ChainMethods methods) {
    table.serve(
        methods.walletBalance,
        args ->
            chain
                .head()
                .before()
                .actor(args.<Address>at(0))
                .map(LedgerActor::balance)
                .orElse(TokenAmount.ZERO));
    table.serve(methods.walletHas, args -> wallet.key(service.key(args.at(0))).isPresent());
    table.serve(methods.walletList, args -> wallet.list());
    table.serve(
        methods.walletDefaultAddress,
        args ->
            wallet
                .defaultAddress()
                .orElseThrow(() -> RpcException.handler("no default wallet address set")));
    table.serve(methods.walletNew, args -> create(args.at(0)));
    table.serve(methods.walletSign, args -> service.walletKey(args.at(0)).sign(args.at(1)));
    table.serve(
        methods.walletSignMessage,
        args -> MessageService.sign(service.walletKey(args.at(0)), args.<Message>at(1)));
  }

  private Address create(Signature.Kind kind) {
    if (kind == Signature.Kind.DELEGATED) {
      throw RpcException.handler("delegated keys are not kept by this node");
    }
    return wallet.create(kind);
  }
}
