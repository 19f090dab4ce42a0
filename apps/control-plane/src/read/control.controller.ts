import { Controller, Get, Param } from '@nestjs/common';
import { ControlState, type CellView, type TenantView } from './control-state.js';
import type { Purpose } from '@bailiwick/domain';

/** Read-only view of what the control-plane says. Nothing here is personal data of a data subject. */
@Controller('v1')
export class ControlController {
  constructor(private readonly state: ControlState) {}

  @Get('tenants')
  tenants(): { readonly tenants: readonly TenantView[] } {
    return { tenants: this.state.tenants() };
  }

  @Get('tenants/:tenant')
  tenant(@Param('tenant') tenant: string): TenantView {
    return this.state.tenant(tenant);
  }

  @Get('purposes')
  purposes(): { readonly purposes: readonly Purpose[] } {
    return { purposes: this.state.purposes() };
  }

  @Get('cells')
  cells(): { readonly cells: readonly CellView[] } {
    return { cells: this.state.cells() };
  }
}
